import {
  dropAccessToken,
  endElsewhere,
  expect,
  expectDashboard,
  expectSignInPage,
  fillSignIn,
  headerLink,
  outcomeOf,
  REFUSED_FETCH,
  revokeElsewhere,
  sessionCookies,
  signIn,
  THOROUGH,
  test,
} from '../support/browser.ts'

test.use({ tolerated: REFUSED_FETCH })

test('a full load ends on the sign-in page, with the cookies gone, and sign-in leads back', async ({
  page,
  context,
  stack,
}) => {
  await signIn(page)
  await endElsewhere(stack, context)
  await page.goto('/sessions?page=2&sort=a%2Fb')
  await expectSignInPage(page, '/sessions?page=2&sort=a%2Fb', 'ended-elsewhere')
  expect(await sessionCookies(context)).toEqual([])
  await fillSignIn(page)
  await expect(page).toHaveURL('/sessions?page=2&sort=a%2Fb')
})

test('a client-side navigation ends there, too; after sign-in the same link works again', async ({
  page,
  context,
  stack,
}) => {
  await signIn(page)
  await headerLink(page, 'Sessions').click()
  await expect(page.getByText('This device')).toBeVisible()
  await endElsewhere(stack, context)
  await headerLink(page, 'Dashboard').click()
  await expectSignInPage(page, '/dashboard', 'ended-elsewhere')
  await expect(headerLink(page, 'Sessions')).toHaveCount(0)
  expect(await sessionCookies(context)).toEqual([])

  await fillSignIn(page)
  await expectDashboard(page)
  // No redirect to the sign-in page is left in the router's cache.
  for (const _again of [1, 2]) {
    await headerLink(page, 'Sessions').click()
    await expect(page.getByText('This device')).toBeVisible()
    await headerLink(page, 'Dashboard').click()
    await expectDashboard(page)
  }
})

test('back from the sign-in page is no trap', THOROUGH, async ({ page, context, stack }) => {
  await signIn(page)
  await headerLink(page, 'Sessions').click()
  await expect(page.getByText('This device')).toBeVisible()
  await endElsewhere(stack, context)
  await headerLink(page, 'Dashboard').click()
  await expectSignInPage(page, '/dashboard', 'ended-elsewhere')
  await fillSignIn(page)
  await expectDashboard(page)
  await page.goBack()
  // The sign-in page, asked for by somebody who is signed in, leads on.
  await expect(page).toHaveURL(/\/(dashboard|sessions)$/)
  await expect(page.getByRole('button', { name: 'Sign out' }).first()).toBeVisible()
})

test(
  'a script’s call says that the session has ended and offers the way back',
  THOROUGH,
  async ({ page, context, stack }) => {
    await signIn(page)
    await endElsewhere(stack, context)
    await page.getByRole('button', { name: 'Who am I?' }).click()
    await page.getByRole('link', { name: 'Sign in again' }).click()
    await expectSignInPage(page, '/dashboard', 'ended-elsewhere')
    await fillSignIn(page)
    await expectDashboard(page)
  },
)

test('one device ends the session of another', async ({ page, context, browser, stack }) => {
  await signIn(page)
  const other = await browser.newContext({ baseURL: stack.app.url, userAgent: 'Firefox/140 (Windows)' })
  const otherPage = await other.newPage()
  await signIn(otherPage)

  await headerLink(page, 'Sessions').click()
  const row = page.getByRole('listitem').filter({ hasText: 'Firefox on Windows' })
  await row.getByRole('button', { name: 'End session' }).click()
  await expect(page.getByText('The session is ended.')).toBeVisible()
  await expect(row).toHaveCount(0)

  await dropAccessToken(other)
  await headerLink(otherPage, 'Sessions').click()
  await expectSignInPage(otherPage, '/sessions', 'ended-elsewhere')
  await other.close()

  await dropAccessToken(context)
  expect(outcomeOf(await page.reload())).toBe('renewed')
  await expect(page.getByText('This device')).toBeVisible()
})

test('signing out everywhere leads every device to the sign-in page', async ({ page, browser, stack }) => {
  await signIn(page)
  const other = await browser.newContext({ baseURL: stack.app.url })
  const otherPage = await other.newPage()
  await signIn(otherPage)
  await headerLink(page, 'Sessions').click()
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(page.getByText('You are signed out.')).toBeVisible()
  await dropAccessToken(other)
  await otherPage.reload()
  await expectSignInPage(otherPage, '/dashboard', 'ended-elsewhere')
  await other.close()
})

test(
  'while the access token is still good, the sessions page tells what has happened',
  THOROUGH,
  async ({ page, context, stack }) => {
    await signIn(page)
    await headerLink(page, 'Sessions').click()
    await expect(page.getByText('This device')).toBeVisible()
    await revokeElsewhere(stack, context)
    await page.getByRole('button', { name: 'Sign out everywhere' }).click()
    await expect(page.getByText('This session was ended from another device.')).toBeVisible()
    await page.getByRole('button', { name: 'Sign in again' }).click()
    await fillSignIn(page)
    await expectDashboard(page)
  },
)
