import type { Page } from '@playwright/test'
import {
  expect,
  expectDashboard,
  expectSignInPage,
  fillSignIn,
  headerLink,
  newEmail,
  REFUSED_FETCH,
  signIn,
  THOROUGH,
  test,
} from '../support/browser.ts'
import { ADMIN, DEMO } from '../support/client.ts'

async function fillRegistration(page: Page, name: string, email: string, password: string): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Register' }).click()
}

test.describe('registering', () => {
  // A prefetch that was under way during the sign-out is refused.
  test.use({ tolerated: REFUSED_FETCH })

  test('makes an account, signs in to it, and the account works from then on', async ({ page }) => {
    const account = { email: newEmail(), password: 'a sentence is fine' }
    await page.goto('/login')
    await page.getByRole('link', { name: 'Register' }).click()
    await fillRegistration(page, 'Ada Łovelace', account.email, account.password)
    await expectDashboard(page)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello, Ada Łovelace')
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await expect(page.getByText('You are signed out.')).toBeVisible()
    await signIn(page, account)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello, Ada Łovelace')
  })

  test('with an e-mail that is taken says so and keeps what was typed', async ({ page }) => {
    await page.goto('/register')
    await fillRegistration(page, 'Somebody', DEMO.email, 'a sentence is fine')
    await expect(
      page.getByRole('alert').filter({ hasText: 'There is an account with this e-mail' }),
    ).toBeVisible()
    await expect(page.getByLabel('Name')).toHaveValue('Somebody')
    await expect(page.getByLabel('E-mail')).toHaveValue(DEMO.email)
    await expect(page).toHaveURL('/register')
  })

  test('with a short password names the field', async ({ page }) => {
    await page.goto('/register')
    await fillRegistration(page, 'Somebody', newEmail(), 'short')
    await expect(page.getByLabel('Password')).toHaveAttribute('aria-invalid', 'true')
    await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/at least/)
  })

  test('on the way to a page brings there', THOROUGH, async ({ page }) => {
    await page.goto('/sessions?page=2')
    await page.getByRole('link', { name: 'Register' }).click()
    await expect(page).toHaveURL('/register?returnTo=%2Fsessions%3Fpage%3D2')
    await fillRegistration(page, 'Grace', newEmail(), 'a sentence is fine')
    await expect(page).toHaveURL('/sessions?page=2')
  })
})

test.describe('signing in', () => {
  test('with a wrong password says so and keeps the e-mail', async ({ page }) => {
    await page.goto('/login')
    await page.getByLabel('E-mail').fill(DEMO.email)
    await page.getByLabel('Password').fill('not-the-password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'do not belong together' })).toBeVisible()
    await expect(page.getByLabel('E-mail')).toHaveValue(DEMO.email)
  })

  test('brings back to the page with its query', async ({ page }) => {
    const asked = '/sessions?page=2&sort=a%2Fb&q=caf%C3%A9'
    await page.goto(asked)
    await expectSignInPage(page, asked)
    await fillSignIn(page)
    await expect(page).toHaveURL(asked)
    await expect(page.getByText('This device')).toBeVisible()
  })

  for (const elsewhere of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
  ]) {
    test(`never leads to another site: ${elsewhere}`, THOROUGH, async ({ page }) => {
      await page.goto(`/login?returnTo=${encodeURIComponent(elsewhere)}`)
      await fillSignIn(page)
      await expectDashboard(page)
    })
  }

  test('is over once signed in: the page leads on', THOROUGH, async ({ page }) => {
    await signIn(page)
    await page.goto('/login?returnTo=%2Fsessions')
    await expect(page).toHaveURL('/sessions')
  })
})

test.describe('the admin page', () => {
  test.use({ tolerated: /status of 403/ })

  test('refuses an account without the role', async ({ page }) => {
    await signIn(page)
    await expect(headerLink(page, 'Admin')).toHaveCount(0)
    const response = await page.goto('/admin')
    expect(response?.status()).toBe(403)
    await expect(page.getByRole('heading', { name: 'No access' })).toBeVisible()
    await page.getByRole('link', { name: 'Go to the start page' }).click()
    await expect(page.getByText('You are signed in.')).toBeVisible()
  })

  test('opens for an account with it', async ({ page }) => {
    await signIn(page, ADMIN)
    await headerLink(page, 'Admin').click()
    await expect(page).toHaveURL('/admin')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Admin')
    await expect(page.getByText('user, admin', { exact: true })).toBeVisible()
  })
})
