import type { Locator, Page } from '@playwright/test'
import {
  test as base,
  expect,
  expectDashboard,
  headerLink,
  newEmail,
  REFUSED_FETCH,
  signIn,
  THOROUGH,
  withAndWithoutJavaScript,
} from '../support/browser.ts'
import { linkIn, type MailServer, startMailServer } from '../support/smtp.ts'
import { totpCode } from '../support/totp.ts'

const OLD = 'a sentence is fine'
const NEW = 'another one is, too'

const test = base.extend<object, { mail: MailServer }>({
  mail: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameters of a fixture
    async ({}, use) => {
      const server = await startMailServer()
      await use(server)
      await server.stop()
    },
    { scope: 'worker' },
  ],
  env: [
    ({ mail }, use) => use({ SMTP_URL: mail.url, APP_URL: 'https://app.example', SECOND_FACTOR: 'totp' }),
    { scope: 'worker' },
  ],
})

async function register(page: Page): Promise<string> {
  const email = newEmail()
  await page.goto('/register')
  await page.getByLabel('Name').fill('Somebody')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(OLD)
  await page.getByRole('button', { name: 'Register' }).click()
  await expectDashboard(page)
  return email
}

withAndWithoutJavaScript(() => {
  test('ASVS 6.4.3: a forgotten password is set anew with the link of a mail, once, and every session ends', async ({
    page,
    browser,
    stack,
    mail,
  }) => {
    const other = await browser.newContext({ baseURL: stack.app.url })
    const elsewhere = await other.newPage()
    const email = await register(elsewhere)
    linkIn(await mail.mailTo(email)) // that of the registration

    await page.goto('/login')
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Forgotten password')
    await page.getByLabel('E-mail').fill(newEmail())
    await page.getByRole('button', { name: 'Send a link' }).click()
    const answer = page.getByText('If there is an account with this address, a link is on its way to it.')
    await expect(answer).toBeVisible()
    await page.goto('/forgot')
    await page.getByLabel('E-mail').fill(email)
    await page.getByRole('button', { name: 'Send a link' }).click()
    await expect(answer).toBeVisible()

    const link = linkIn(await mail.mailTo(email))
    await page.goto(link)
    await page.getByLabel('New password').fill('short')
    await page.getByRole('button', { name: 'Set password' }).click()
    await expect(page.getByText('Must have at least 8 characters')).toBeVisible()
    await page.getByLabel('New password').fill(NEW)
    await page.getByRole('button', { name: 'Set password' }).click()
    await expect(page.getByText('Your new password is set')).toBeVisible()
    expect((await mail.mailTo(email)).raw).toContain('has changed')
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill(NEW)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello, Somebody')

    await elsewhere.goto('/sessions')
    await expect(
      elsewhere
        .getByText('This session was ended from another device.')
        .or(elsewhere.getByRole('heading', { name: 'Sign in' })),
    ).toBeVisible()
    await other.close()

    await page.goto(link)
    await page.getByLabel('New password').fill('a third one, why not')
    await page.getByRole('button', { name: 'Set password' }).click()
    await expect(page.getByText('This link is not good any more')).toBeVisible()
  })

  test('ASVS 6.4.5: an address is confirmed, then changed; the old one is told', async ({ page, mail }) => {
    const email = await register(page)
    const verification = linkIn(await mail.mailTo(email))
    await page.goto(verification)
    await page.getByRole('button', { name: 'This is my address' }).click()
    await expect(page.getByText('Your address is confirmed.')).toBeVisible()
    await page.goto(verification)
    await page.getByRole('button', { name: 'This is my address' }).click()
    await expect(page.getByText('This link is not good any more')).toBeVisible()

    const next = newEmail()
    await headerLink(page, 'Sessions').click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sessions')
    await page.getByLabel('New e-mail').fill(next)
    await page.getByRole('button', { name: 'Change e-mail' }).click()
    await expect(page.getByText(`A link is on its way to ${next}.`)).toBeVisible()
    await page.goto(linkIn(await mail.mailTo(next)))
    await page.getByRole('button', { name: 'Use this address' }).click()
    await expect(page.getByText('This is your address now.')).toBeVisible()
    expect((await mail.mailTo(email)).raw).toContain(next)
    await page.context().clearCookies()
    await signIn(page, { email: next, password: OLD })
  })
})

withAndWithoutJavaScript(() => {
  // A prefetch may be on its way when a session is forgotten.
  test.use({ tolerated: REFUSED_FETCH })

  test(
    'ASVS 6.3.7, 6.4.3: a forgotten password stands in for no second factor, on a trusted device neither; each change is told by mail',
    THOROUGH,
    async ({ page, mail }) => {
      test.setTimeout(90_000)
      const email = await register(page)
      linkIn(await mail.mailTo(email)) // that of the registration
      const told = async () => expect((await mail.mailTo(email)).raw).toContain('How you sign in to')
      const codesIn = async (region: Locator) =>
        await region.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allTextContents()
      const enter = async (password: string, code?: string) => {
        for (const name of ['accessToken', 'refreshToken', 'userDataEtls'])
          await page.context().clearCookies({ name })
        await page.goto('/login')
        await page.getByLabel('E-mail').fill(email)
        await page.getByLabel('Password').fill(password)
        await page.getByRole('button', { name: 'Sign in', exact: true }).click()
        if (code === undefined) return
        await expect(page.getByText('Your password is right.')).toBeVisible()
        await page.getByLabel('Do not ask again on this device').check()
        await page.getByLabel('Code of your app').fill(code)
        await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      }

      await page.goto('/sessions/factors')
      const app = page.getByRole('region', { name: 'Authenticator app' })
      await app.getByRole('button', { name: 'Set up an app' }).click()
      const secret = (await app.getByTestId('totp-secret').textContent()) ?? ''
      await app.getByLabel('Code', { exact: true }).fill(totpCode(secret, -1))
      await app.getByRole('button', { name: 'Confirm' }).click()
      await expect(app.getByText('The authenticator app is set up.')).toBeVisible()
      const [old = ''] = await codesIn(app)
      await told()

      const codes = page.getByRole('region', { name: 'Recovery codes' })
      const renew = codes.getByRole('button', { name: 'Make new codes' })
      await renew.click()
      await codes.getByLabel('Your password').fill(OLD)
      await codes.getByLabel('Code of your app').fill(totpCode(secret))
      await renew.click()
      await expect(codes.getByText('Those before count no more.')).toBeVisible()
      const [first = '', second = ''] = await codesIn(codes)
      await told()

      await enter(OLD, old)
      await expect(page.getByRole('alert').filter({ hasText: 'This code is wrong' })).toBeVisible()
      await enter(OLD, first)
      await expectDashboard(page)
      await enter(OLD)
      await expectDashboard(page)

      await page.goto('/forgot')
      await page.getByLabel('E-mail').fill(email)
      await page.getByRole('button', { name: 'Send a link' }).click()
      await page.goto(linkIn(await mail.mailTo(email)))
      await page.getByLabel('New password').fill(NEW)
      await page.getByRole('button', { name: 'Set password' }).click()
      await expect(page.getByText('Your new password is set')).toBeVisible()
      await enter(NEW, second)
      await expectDashboard(page)
    },
  )
})

test('a link that somebody opens does nothing yet, and its page tells no other site of it', async ({
  page,
  mail,
  stack,
}) => {
  const email = await register(page)
  const link = linkIn(await mail.mailTo(email))
  for (let i = 0; i < 3; i++) await page.goto(link)
  // React may hold the same element twice for a moment.
  const policies = await page
    .locator('meta[name="referrer"]')
    .evaluateAll((all) => all.map((meta) => meta.getAttribute('content')))
  expect(new Set(policies)).toEqual(new Set(['same-origin']))
  const token = new URL(link, stack.app.url).searchParams.get('token')
  const reply = await fetch(`${stack.auth.url}/email/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  expect(reply.status).toBe(204)
})
