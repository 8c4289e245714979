import { readFile } from 'node:fs/promises'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from '@playwright/test'
import {
  expect,
  expectSignInPage,
  headerLink,
  LOOKS,
  newEmail,
  outcomeOf,
  REFUSED_FETCH,
  signIn,
  THOROUGH,
  test,
  withAndWithoutJavaScript,
} from '../support/browser.ts'
import { ADMIN } from '../support/client.ts'
import { linesOf } from '../support/log-lines.ts'
import { ITSELF, type Stack } from '../support/stack.ts'
import { totpCode } from '../support/totp.ts'

const FEED_SECRET = 'the-feed-of-the-tests-of-administrators-0123456789'

// The gateway is told what has ended: a browser that is signed out elsewhere is out at once, with a token that is still good.
test.use({ env: { FEED_SECRET, SECOND_FACTOR: 'on', APP_URL: ITSELF }, tolerated: REFUSED_FETCH })

/** Somebody new, signed in on a device of their own. */
async function somebody(browser: Browser, stack: Stack) {
  const account = { email: newEmail(), password: 'an umbrella in the rain' }
  const registered = await fetch(`${stack.auth.url}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...account, name: 'Grace Hopper' }),
  })
  const { refreshToken } = (await registered.json()) as { refreshToken: string }
  const headers = { cookie: `refreshToken=${refreshToken}` }
  await fetch(`${stack.auth.url}/logout`, { method: 'POST', headers })
  const context = await browser.newContext({ baseURL: stack.app.url, userAgent: 'Firefox/140 (Windows)' })
  const page = await context.newPage()
  await signIn(page, account)
  // No prefetch of this page is to meet the end first.
  await page.goto('about:blank')
  return { ...account, page, close: () => context.close() }
}

/** The next page that this browser asks for is the sign-in page. Its access token has not run out. */
async function expectOut(page: Page): Promise<void> {
  await expect
    .poll(async () => outcomeOf(await page.goto('/sessions')), { timeout: 3_000, intervals: [100] })
    .not.toBe('active')
  await expectSignInPage(page, '/sessions', 'ended-elsewhere')
}

async function open(page: Page, email: string): Promise<void> {
  await page.goto('/admin')
  await page.getByLabel('E-mail begins with').fill(email.slice(0, 20).toUpperCase())
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByRole('link', { name: email }).click()
  await expect(page.getByText('Firefox on Windows')).toBeVisible()
}

withAndWithoutJavaScript(() => {
  test('an administrator finds a person, ends their session and disables them: they are out at once', async ({
    page,
    browser,
    stack,
  }) => {
    await signIn(page, ADMIN)
    const person = await somebody(browser, stack)
    await open(page, person.email)
    await page.getByRole('button', { name: 'End session' }).click()
    await expect(page.getByText('The session is ended.')).toBeVisible()
    await expect(page.getByText('Signed in nowhere.')).toBeVisible()
    await expectOut(person.page)

    await signIn(person.page, person)
    await person.page.goto('about:blank')
    await page.getByRole('button', { name: 'Disable the account' }).click()
    await expect(page.getByText('The account is disabled')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Enable the account' })).toBeVisible()
    await expectOut(person.page)
    await person.close()
  })
})

/** Sets up an authenticator app for an account; answers its secret. */
async function setUpApp(stack: Stack, { email, password }: { email: string; password: string }) {
  const call = async (path: string, body: object, bearer = '') => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` }
    const response = await fetch(stack.auth.url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    return await response.json()
  }
  const { accessToken } = await call('/login', { email, password })
  const { setup, secret } = await call('/factors/totp', {}, accessToken)
  await call('/factors/totp/confirm', { setup, code: totpCode(secret, -1) }, accessToken)
  return String(secret)
}

/** Somebody with an authenticator app that was lost. */
async function somebodyWithApp(browser: Browser, stack: Stack) {
  const person = await somebody(browser, stack)
  await setUpApp(stack, person)
  return person
}

withAndWithoutJavaScript(() => {
  test(
    'an administrator gives somebody other roles, and removes the second factors that they have lost',
    THOROUGH,
    async ({ page, browser, stack }) => {
      await signIn(page, ADMIN)
      const person = await somebodyWithApp(browser, stack)
      await open(page, person.email)
      const roles = page.getByRole('region', { name: 'Roles' })
      await roles.getByLabel('Roles').fill('user, not/a/role')
      await roles.getByRole('button', { name: 'Change roles' }).click()
      await expect(roles.getByText('A role has letters')).toBeVisible()
      await expect(roles.getByLabel('Roles')).toHaveValue('user, not/a/role')
      await roles.getByLabel('Roles').fill('user, editor')
      await roles.getByRole('button', { name: 'Change roles' }).click()
      await expect(page.getByRole('definition').filter({ hasText: 'user, editor' })).toBeVisible()
      await expect(roles.getByLabel('Roles')).toHaveValue('user, editor')

      const factors = page.getByRole('region', { name: 'Second factors' })
      await expect(factors.getByText('Authenticator app, 10 recovery codes')).toBeVisible()
      await factors.getByRole('button', { name: 'Remove second factors' }).click()
      await expect(factors.getByText('The second factors are removed')).toBeVisible()
      await expect(factors.getByText('None.')).toBeVisible()
      await expect(page.getByText('Signed in nowhere.')).toBeVisible()
      await expectOut(person.page)
      await signIn(person.page, person)
      await person.close()
    },
  )
})

withAndWithoutJavaScript(() => {
  test(
    'GDPR 15, 17: an administrator hands out what is known of a person, and deletes them: they are out at once',
    THOROUGH,
    async ({ page, browser, stack }) => {
      await signIn(page, ADMIN)
      const person = await somebody(browser, stack)
      await open(page, person.email)
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download their data' }).click(),
      ])
      const dossier = JSON.parse(await readFile(await download.path(), 'utf8'))
      expect(download.suggestedFilename()).toBe(`data-of-${dossier.user.id}.json`)
      expect(dossier).toMatchObject({ user: { email: person.email, name: 'Grace Hopper' }, factors: [] })
      expect(dossier.sessions).toContainEqual(expect.objectContaining({ endedAt: null }))

      const deletion = page.getByRole('region', { name: 'Delete the account' })
      const button = deletion.getByRole('button', { name: 'Delete the account' })
      await deletion.getByLabel('Their e-mail').fill(ADMIN.email)
      await button.click()
      await expect(deletion.getByText('This is not their e-mail address.')).toBeVisible()
      await expect(deletion.getByLabel('Their e-mail')).toHaveValue(ADMIN.email)
      await deletion.getByLabel('Their e-mail').fill(` ${person.email.toUpperCase()}`)
      await button.click()
      await expect(page.getByText('The account is deleted, and every session of it is ended.')).toBeVisible()
      await expect(page).toHaveURL('/admin?done=delete')
      await expectOut(person.page)
      await expect(page.getByLabel('E-mail begins with')).toBeVisible()
      await page.getByLabel('E-mail begins with').fill(person.email)
      await page.getByRole('button', { name: 'Find' }).click()
      await expect(page.getByText('Nobody is found.')).toBeVisible()
      const audited = linesOf(stack.auth.output()).filter(({ userId }) => userId === dossier.user.id)
      for (const event of ['user-exported', 'user-deleted'])
        expect(audited).toContainEqual(expect.objectContaining({ event, admin: expect.any(String) }))
      await person.close()
    },
  )
})

test(
  'other roles open and shut pages at once, and the session goes on',
  THOROUGH,
  async ({ page, browser, stack }) => {
    await signIn(page, ADMIN)
    const person = await somebody(browser, stack)
    const look = async () => (await person.page.goto('/admin'))?.status()
    const expectSoon = (status: number) =>
      expect.poll(look, { timeout: 3_000, intervals: [100] }).toBe(status)
    expect(await look()).toBe(403)
    await open(page, person.email)
    const roles = page.getByRole('region', { name: 'Roles' })
    for (const [typed, status] of [
      ['user, admin', 200],
      ['user', 403],
    ] as const) {
      await roles.getByLabel('Roles').fill(typed)
      await roles.getByRole('button', { name: 'Change roles' }).click()
      await expect(
        page
          .getByRole('region', { name: 'Person' })
          .getByRole('definition')
          .filter({ hasText: new RegExp(`^${typed}$`) }),
      ).toBeVisible()
      await expectSoon(status)
    }
    expect(outcomeOf(await person.page.goto('/sessions'))).toMatch(/^(active|renewed)$/)
    await person.close()
  },
)

test('a person ends the session of another browser of theirs, which is out at once', async ({
  page,
  browser,
  stack,
}) => {
  const other = await somebody(browser, stack)
  await signIn(page, other)
  await headerLink(page, 'Sessions').click()
  const row = page.getByRole('listitem').filter({ hasText: 'Firefox on Windows' })
  await row.getByRole('button', { name: 'End session' }).click()
  await expect(page.getByText('The session is ended. That device is signed out.')).toBeVisible()
  await expectOut(other.page)
  expect(outcomeOf(await page.reload())).toBe('active')
  await other.close()
})

for (const { colorScheme, width } of LOOKS) {
  test.describe(`in ${colorScheme} colours, ${width} px wide`, () => {
    test.use({ colorScheme, viewport: { width, height: 800 } })

    test('axe finds nothing, and nothing scrolls sideways', async ({ page, browser, stack }) => {
      await signIn(page, ADMIN)
      const person = await somebody(browser, stack)
      await open(page, person.email)
      for (const look of [() => {}, () => page.goto('/admin')]) {
        await look()
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Admin')
        const [content = 0, room = 0] = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement
          return [scrollWidth, clientWidth]
        })
        expect(content).toBeLessThanOrEqual(room)
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(violations.map(({ id }) => id)).toEqual([])
      }
      await person.close()
    })
  })
}

// Last: the administrator of this stack has a second factor from here on.
test(
  'an administrator with a second factor of their own shows it before they remove another person’s',
  THOROUGH,
  async ({ page, browser, stack }) => {
    await signIn(page, ADMIN)
    const secret = await setUpApp(stack, ADMIN)
    const person = await somebodyWithApp(browser, stack)
    await open(page, person.email)
    const factors = page.getByRole('region', { name: 'Second factors' })
    const button = factors.getByRole('button', { name: 'Remove second factors' })
    await button.click()
    await factors.getByLabel('Your password').fill(ADMIN.password)
    await factors.getByLabel('Code of your app').fill('000000')
    await button.click()
    await expect(factors.getByText('This code is wrong')).toBeVisible()
    await factors.getByLabel('Your password').fill(ADMIN.password)
    await factors.getByLabel('Code of your app').fill(totpCode(secret))
    await button.click()
    await expect(factors.getByText('The second factors are removed')).toBeVisible()
    await person.close()
  },
)
