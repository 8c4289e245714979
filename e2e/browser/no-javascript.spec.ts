import {
  accessTokenToEnd,
  endElsewhere,
  expect,
  expectDashboard,
  expectSignInPage,
  fillSignIn,
  headerLink,
  jar,
  leaveNote,
  newEmail,
  noteField,
  SHORT_LIVED,
  signIn,
  test,
} from '../support/browser.ts'

test.use({ env: SHORT_LIVED, javaScriptEnabled: false })

test('signing in, with a wrong password first', async ({ page }) => {
  await page.goto('/sessions?page=2')
  await expectSignInPage(page, '/sessions?page=2')
  await page.getByLabel('E-mail').fill('demo@example.com')
  await page.getByLabel('Password').fill('not-the-password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toHaveText(/do not belong together/)
  await expect(page.getByLabel('E-mail')).toHaveValue('demo@example.com')
  await expect(page.getByLabel('Password')).toHaveValue('')

  await page.getByLabel('Password').fill('demo-password-123')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL('/sessions?page=2')
})

test('registering', async ({ page }) => {
  await page.goto('/register')
  await page.getByLabel('Name').fill('Plain Form')
  await page.getByLabel('E-mail').fill(newEmail())
  await page.getByLabel('Password').fill('a sentence is fine')
  await page.getByRole('button', { name: 'Register' }).click()
  await expectDashboard(page)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello, Plain Form')
})

test('navigation after the end of the token', async ({ page, context }) => {
  await signIn(page)
  await accessTokenToEnd(context)
  await headerLink(page, 'Sessions').click()
  await expect(page.getByText('This device')).toBeVisible()
  await accessTokenToEnd(context)
  await headerLink(page, 'Dashboard').click()
  await expectDashboard(page)
  await expect(page.getByTestId('outcome')).toContainText('renewed')
})

test('the note form at the end of the token keeps what was typed', async ({ page, context }) => {
  await signIn(page)
  await noteField(page).fill('no script at all')
  await accessTokenToEnd(context)
  await leaveNote(page)
  await expect(page.getByText('Note 1 received, 16 characters.')).toBeVisible()
  await expect(noteField(page)).toHaveValue('no script at all')
  await expect(page.getByTestId('outcome')).toContainText('renewed')
})

test('the note form of a session that was ended elsewhere leads to the sign-in page and back', async ({
  page,
  context,
  stack,
}) => {
  await signIn(page)
  await noteField(page).fill('no script at all')
  await endElsewhere(stack, context)
  await leaveNote(page)
  await expectSignInPage(page, '/dashboard', 'ended-elsewhere')
  await fillSignIn(page)
  await expectDashboard(page)
})

test('ending another session, then signing out', async ({ page, browser, stack }) => {
  const other = await browser.newContext({ baseURL: stack.app.url, userAgent: 'Firefox/140 (Windows)' })
  await signIn(await other.newPage())
  await other.close()

  await signIn(page)
  await headerLink(page, 'Sessions').click()
  const row = page.getByRole('listitem').filter({ hasText: 'Firefox on Windows' })
  await row.getByRole('button', { name: 'End session' }).click()
  await expect(page.getByText('The session is ended.')).toBeVisible()
  await expect(row).toHaveCount(0)

  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expect(page.getByText('You are signed out.')).toBeVisible()
  expect(Object.keys(await jar(page.context()))).not.toContain('refreshToken')
  await page.goto('/dashboard')
  await expectSignInPage(page, '/dashboard')
})
