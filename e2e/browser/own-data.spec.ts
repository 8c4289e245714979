import { readFile } from 'node:fs/promises'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import {
  expect,
  expectDashboard,
  headerLink,
  LOOKS,
  newEmail,
  REFUSED_FETCH,
  sessionCookies,
  signIn,
  THOROUGH,
  test,
  withAndWithoutJavaScript,
} from '../support/browser.ts'
import { ADMIN } from '../support/client.ts'

const PASSWORD = 'a sentence is fine'

// No sign-in is young enough: the password is asked for each time.
test.use({ env: { REAUTHENTICATE_AFTER: '0' }, tolerated: REFUSED_FETCH })

async function register(page: Page): Promise<string> {
  const email = newEmail()
  await page.goto('/register')
  await page.getByLabel('Name').fill('Somebody')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Register' }).click()
  await expectDashboard(page)
  return email
}

withAndWithoutJavaScript(() => {
  test(
    'a person takes their data with them, after the password was asked for',
    THOROUGH,
    async ({ page }) => {
      const email = await register(page)
      await headerLink(page, 'Sessions').click()
      await page.getByRole('link', { name: 'Your data' }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your data')
      const button = page.getByRole('button', { name: 'Download your data' })
      await button.click()
      await expect(page.getByText('confirm that it is you')).toBeVisible()
      await page.getByLabel('Your password').fill('another one')
      await button.click()
      await expect(page.getByText('This is not your password.')).toBeVisible()
      await page.getByLabel('Your password').fill(PASSWORD)
      const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
      expect(download.suggestedFilename()).toBe('my-data.json')
      const dossier = JSON.parse(await readFile(await download.path(), 'utf8'))
      expect(dossier).toMatchObject({ user: { email, name: 'Somebody' }, sessions: [{ endedAt: null }] })
      await page.goto('/sessions/data?problem=anything')
      await expect(page.getByText('The auth server does not answer right now.')).toBeVisible()
    },
  )

  test('a person deletes their account, in two steps, and is signed out everywhere', async ({
    page,
    context,
    browser,
    stack,
  }) => {
    const email = await register(page)
    const other = await browser.newContext({ baseURL: stack.app.url })
    const elsewhere = await other.newPage()
    await signIn(elsewhere, { email, password: PASSWORD })
    await page.goto('/sessions/data')
    const button = page.getByRole('button', { name: 'Delete your account' })
    await page.getByLabel('Your e-mail').fill('somebody@example.com')
    await button.click()
    await expect(page.getByText('This is not your e-mail address.')).toBeVisible()
    await page.getByLabel('Your e-mail').fill(email)
    await button.click()
    await page.getByLabel('Your password').fill(PASSWORD)
    await button.click()
    await expect(page.getByText('Your account is deleted')).toBeVisible()
    expect(await sessionCookies(context)).toEqual([])
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByText('do not belong together')).toBeVisible()

    await elsewhere.goto('/sessions')
    await expect(elsewhere.getByText('This session was ended from another device.')).toBeVisible()
    await other.close()
  })
})

withAndWithoutJavaScript(() => {
  test(
    'ASVS 7.5.2: an administrator shows the password before they take or delete what is somebody else’s',
    THOROUGH,
    async ({ page, browser, stack }) => {
      const other = await browser.newContext({ baseURL: stack.app.url })
      const elsewhere = await other.newPage()
      const email = await register(elsewhere)
      await elsewhere.goto('about:blank')
      await signIn(page, ADMIN)
      await page.goto(`/admin?email=${email}`)
      await page.getByRole('link', { name: email }).click()
      const data = page.getByRole('region', { name: 'Their data' })
      const take = data.getByRole('button', { name: 'Download their data' })
      await take.click()
      await expect(data.getByText('confirm that it is you')).toBeVisible()
      await data.getByLabel('Your password').fill('another one')
      await take.click()
      await expect(data.getByText('This is not your password.')).toBeVisible()
      await data.getByLabel('Your password').fill(ADMIN.password)
      const [download] = await Promise.all([page.waitForEvent('download'), take.click()])
      expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toMatchObject({ user: { email } })

      const deletion = page.getByRole('region', { name: 'Delete the account' })
      const button = deletion.getByRole('button', { name: 'Delete the account' })
      await deletion.getByLabel('Their e-mail').fill(email)
      await button.click()
      await expect(deletion.getByText(`Delete the account: ${email}.`)).toBeVisible()
      await deletion.getByLabel('Your password').fill('another one')
      await button.click()
      await expect(deletion.getByText('This is not your password.')).toBeVisible()
      expect((await other.request.get('/api/session')).status()).toBe(200)
      await deletion.getByLabel('Your password').fill(ADMIN.password)
      await button.click()
      await expect(page.getByText('The account is deleted')).toBeVisible()
      await elsewhere.goto('/sessions')
      await expect(elsewhere.getByText('This session was ended from another device.')).toBeVisible()
      await other.close()
    },
  )
})

withAndWithoutJavaScript(() => {
  test(
    'an administrator adds somebody, with their own password, who then signs in',
    THOROUGH,
    async ({ page, browser, stack }) => {
      await signIn(page, ADMIN)
      await page.goto('/admin')
      const adding = page.getByRole('region', { name: 'Add a person' })
      const add = adding.getByRole('button', { name: 'Add them' })
      const email = newEmail()
      await adding.getByLabel('E-mail').fill(ADMIN.email)
      await adding.getByLabel('Name').fill('Grace Hopper')
      await adding.getByLabel('Their first password').fill('short')
      await add.click()
      await expect(adding.getByText('Must have at least 8 characters.')).toBeVisible()
      await adding.getByLabel('Their first password').fill(PASSWORD)
      await add.click()
      await expect(adding.getByText('confirm that it is you')).toBeVisible()
      await adding.getByLabel('Their first password').fill(PASSWORD)
      await adding.getByLabel('Your password').fill(ADMIN.password)
      await add.click()
      await expect(adding.getByText('There is an account with this e-mail already.')).toBeVisible()
      await expect(adding.getByLabel('Name')).toHaveValue('Grace Hopper')
      await adding.getByLabel('E-mail').fill(email)
      await adding.getByLabel('Their first password').fill(PASSWORD)
      await adding.getByLabel('Your password').fill(ADMIN.password)
      await add.click()
      await expect(page.getByRole('definition').filter({ hasText: email })).toBeVisible()
      await expect(page.getByText('Signed in nowhere.')).toBeVisible()

      const other = await browser.newContext({ baseURL: stack.app.url })
      await signIn(await other.newPage(), { email, password: PASSWORD })
      await other.close()
    },
  )
})

for (const { colorScheme, width } of LOOKS) {
  test.describe(`in ${colorScheme} colours, ${width} px wide`, () => {
    test.use({ colorScheme, viewport: { width, height: 800 } })

    test('axe finds nothing, and nothing scrolls sideways', async ({ page }) => {
      await register(page)
      for (const path of ['/sessions/data', '/sessions/data?problem=password-wrong']) {
        await page.goto(path)
        const [content = 0, room = 0] = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement
          return [scrollWidth, clientWidth]
        })
        expect(content).toBeLessThanOrEqual(room)
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(violations.map(({ id }) => id)).toEqual([])
      }
    })
  })
}
