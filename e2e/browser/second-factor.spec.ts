import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from '@playwright/test'
import { expect, expectDashboard, newEmail, test, withAndWithoutJavaScript } from '../support/browser.ts'
import { ADMIN } from '../support/client.ts'
import { ITSELF, type Stack } from '../support/stack.ts'
import { totpCode } from '../support/totp.ts'

const PASSWORD = 'a sentence is fine'

test.describe.configure({ timeout: 90_000 })

// A prefetch may be on its way when a session is forgotten.
test.use({
  env: { SECOND_FACTOR: 'on', APP_URL: ITSELF, ADMIN_SECOND_FACTOR: 'on' },
  tolerated: /status of 401/,
})

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

/** The password alone, in a browser that is signed out. */
async function enterPassword(page: Page, email: string, path = '/login') {
  await page.goto(path)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function enterCode(page: Page, code: string) {
  await page.getByLabel('Code of your app').fill(code)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Cookies of the session go; the mark of the browser stays. */
async function forgetSession(page: Page) {
  for (const name of ['accessToken', 'refreshToken', 'userDataEtls'])
    await page.context().clearCookies({ name })
}

const section = (page: Page, name: string) => page.getByRole('region', { name })

/** Sets up an authenticator app with the code before this one: the next ones are good for sign-ins. */
async function setUpApp(page: Page): Promise<{ secret: string; codes: string[] }> {
  await page.goto('/sessions')
  await page.getByRole('link', { name: 'Second factors' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Second factors')
  const app = section(page, 'Authenticator app')
  await app.getByRole('button', { name: 'Set up an app' }).click()
  await expect(app.getByRole('img', { name: 'QR code of the secret' }).locator('svg')).toBeVisible()
  const secret = (await app.getByTestId('totp-secret').textContent())?.trim() ?? ''
  await app.getByLabel('Code', { exact: true }).fill(totpCode(secret, -1))
  await app.getByRole('button', { name: 'Confirm' }).click()
  await expect(app.getByText('The authenticator app is set up.')).toBeVisible()
  const codes = await app
    .getByRole('list', { name: 'Recovery codes' })
    .getByRole('listitem')
    .allTextContents()
  expect(codes).toHaveLength(10)
  return { secret, codes }
}

withAndWithoutJavaScript(() => {
  test('ASVS 6.3.3: an app is set up, asked for, stood in for by a recovery code, and removed after its like was shown', async ({
    page,
  }) => {
    const email = await register(page)
    const { secret, codes } = await setUpApp(page)

    // The session that set it up has shown the password alone.
    const app = section(page, 'Authenticator app')
    await app.getByRole('button', { name: 'Remove the app' }).click()
    await app.getByLabel('Your password').fill(PASSWORD)
    await app.getByLabel('Code of your app').fill('000000')
    await app.getByRole('button', { name: 'Remove the app' }).click()
    await expect(app.getByRole('alert').filter({ hasText: 'This code is wrong' })).toBeVisible()

    await forgetSession(page)
    await enterPassword(page, email)
    await expect(page.getByText('Your password is right.')).toBeVisible()
    expect((await page.context().cookies()).map(({ name }) => name)).not.toContain('refreshToken')
    await enterCode(page, '000000')
    await expect(page.getByRole('alert').filter({ hasText: 'This code is wrong' })).toBeVisible()
    await enterCode(page, totpCode(secret))
    await expectDashboard(page)

    await forgetSession(page)
    await enterPassword(page, email)
    await page.getByLabel('Do not ask again on this device').check()
    await enterCode(page, codes[0] ?? '')
    await expectDashboard(page)
    await forgetSession(page)
    await enterPassword(page, email)
    await expectDashboard(page)

    // A rule that wants two factors has the device asked all the same.
    await forgetSession(page)
    await enterPassword(page, email, '/login?acr_values=urn:evergate:two-factors')
    await expect(page.getByText('Your password is right.')).toBeVisible()
    await enterPassword(page, email)
    await expectDashboard(page)

    await page.goto('/sessions/factors')
    const devices = section(page, 'Trusted devices')
    await devices.getByRole('button', { name: 'End trust' }).click()
    await expect(devices).toHaveCount(0)
    await expect(page.getByText('9 codes are left.')).toBeVisible()

    await forgetSession(page)
    await enterPassword(page, email)
    await enterCode(page, codes[1] ?? '')
    await expectDashboard(page)
    await page.goto('/sessions/factors')
    await app.getByRole('button', { name: 'Remove the app' }).click()
    await expect(app.getByRole('button', { name: 'Set up an app' })).toBeVisible()
    await forgetSession(page)
    await enterPassword(page, email)
    await expectDashboard(page)
  })
})

/** Gives somebody the role of administrators, as another one does. */
async function makeAdmin(stack: Stack, email: string): Promise<void> {
  const call = async (method: string, path: string, body: object, bearer = '') => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` }
    const response = await fetch(stack.auth.url + path, { method, headers, body: JSON.stringify(body) })
    return await response.json()
  }
  const { accessToken } = await call('POST', '/login', ADMIN)
  const found = await fetch(`${stack.auth.url}/admin/users?email=${email}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  const { users } = await found.json()
  await call('PUT', `/admin/users/${users[0].id}/roles`, { roles: ['user', 'admin'] }, accessToken)
}

withAndWithoutJavaScript(() => {
  test('RFC 9470: a page that asks for two factors leads to the second one, or to where it is set up, and back', async ({
    page,
    stack,
  }) => {
    const email = await register(page)
    await makeAdmin(stack, email)
    await forgetSession(page)
    await enterPassword(page, email)
    await expectDashboard(page)
    await page.goto('/admin')
    await expect(page).toHaveURL(/\/login\?returnTo=%2Fadmin&reason=reauthenticate&.*acr_values=/)
    await expect(page.getByText('confirm that it is you')).toBeVisible()
    // The password alone is not enough, whoever enters it again.
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('link', { name: 'Set one up' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Second factors')
    const { secret } = await setUpApp(page)

    await page.goto('/admin')
    await expect(page.getByLabel('E-mail')).toHaveValue(email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByText('Your password is right.')).toBeVisible()
    await enterCode(page, totpCode(secret))
    await expect(page).toHaveURL('/admin')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Admin')
  })
})

/** A device that makes passkeys, and knows its owner. */
async function addAuthenticator(page: Page) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

async function signOutElsewhere(browser: Browser, stack: Stack) {
  const other = await browser.newContext({ baseURL: stack.app.url })
  return await other.newPage()
}

test('WebAuthn 7: a passkey is set up, signs in alone and after the password, and is removed after it was shown', async ({
  page,
  browser,
  stack,
}) => {
  await addAuthenticator(page)
  const email = await register(page)
  await page.goto('/sessions/factors')
  const passkeys = section(page, 'Passkeys')
  await passkeys.getByLabel('Name').fill('My laptop')
  await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(passkeys.getByText('The passkey is set up.')).toBeVisible()
  await expect(passkeys.getByText('My laptop')).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])

  // Removal by the session that has shown a password alone is asked to confirm.
  await passkeys.getByRole('button', { name: 'Remove' }).click()
  await expect(passkeys.getByLabel('Your password')).toBeVisible()

  // Somebody who has the password alone.
  const elsewhere = await signOutElsewhere(browser, stack)
  await enterPassword(elsewhere, email)
  await expect(elsewhere.getByText('Your password is right.')).toBeVisible()
  await elsewhere.context().close()

  await forgetSession(page)
  await enterPassword(page, email)
  await expect(page.getByText('Your password is right.')).toBeVisible()
  await page.getByRole('button', { name: /passkey/ }).click()
  await expectDashboard(page)

  await forgetSession(page)
  await page.goto('/login')
  await page.getByRole('button', { name: /passkey/ }).click()
  await expectDashboard(page)

  await page.goto('/sessions/factors')
  await passkeys.getByRole('button', { name: 'Remove' }).click()
  await expect(passkeys.getByText('My laptop')).toHaveCount(0)
  await forgetSession(page)
  await enterPassword(page, email)
  await expectDashboard(page)
})
