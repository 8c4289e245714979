import {
  expect,
  headerLink,
  jar,
  newEmail,
  signIn,
  test,
  withAndWithoutJavaScript,
} from '../support/browser.ts'

const OLD = 'a sentence is fine'
const NEW = 'another one is, too'

withAndWithoutJavaScript(() => {
  test('ASVS 7.2.4: a changed password ends the other devices, and this one goes on with a session of its own', async ({
    page,
    context,
    browser,
    stack,
  }) => {
    const email = newEmail()
    await page.goto('/register')
    await page.getByLabel('Name').fill('Somebody')
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill(OLD)
    await page.getByRole('button', { name: 'Register' }).click()
    const other = await browser.newContext({ baseURL: stack.app.url, userAgent: 'Firefox/140 (Windows)' })
    await signIn(await other.newPage(), { email, password: OLD })
    await headerLink(page, 'Sessions').click()
    const otherDevice = page.getByRole('listitem').filter({ hasText: 'Firefox on Windows' })
    await expect(otherDevice).toHaveCount(1)

    await page.getByLabel('Current password').fill('not-the-password')
    await page.getByLabel('New password').fill(NEW)
    await page.getByRole('button', { name: 'Change password' }).click()
    await expect(page.getByText('This is not your password. Try again.')).toBeVisible()
    await page.getByLabel('Current password').fill(OLD)
    await page.getByLabel('New password').fill('short')
    await page.getByRole('button', { name: 'Change password' }).click()
    await expect(page.getByText('Must have at least 8 characters')).toBeVisible()

    const before = await jar(context)
    await page.getByLabel('Current password').fill(OLD)
    await page.getByLabel('New password').fill(NEW)
    await page.getByRole('button', { name: 'Change password' }).click()
    await expect(page.getByText('Your password is changed. Every other session has ended.')).toBeVisible()
    await expect(otherDevice).toHaveCount(0)
    await expect(page.getByText('This device')).toBeVisible()
    await expect(page.getByLabel('Current password')).toHaveValue('')
    const after = await jar(context)
    expect(after.refreshToken).toBeDefined()
    expect(after.refreshToken).not.toEqual(before.refreshToken)

    await headerLink(page, 'Dashboard').click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello, Somebody')
    await other.clearCookies()
    await signIn(await other.newPage(), { email, password: NEW })
    await other.close()
  })
})
