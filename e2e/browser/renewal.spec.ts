import type { Page } from '@playwright/test'
import {
  accessTokenToEnd,
  cookiesOf,
  endOfToken,
  expect,
  expectDashboard,
  headerLink,
  jar,
  openDashboard,
  outcomeOf,
  SHORT_LIVED,
  shownEnd,
  test,
} from '../support/browser.ts'

// The tabs are opened one by one, and a held call is not to be given up meanwhile.
test.use({ env: { ...SHORT_LIVED, REFRESH_TIMEOUT: '20000' } })

const RENEWED = ['accessToken', 'refreshToken', 'userDataEtls']

/** The session's id, as the dashboard shows it. */
const shownSession = (page: Page) => page.getByRole('region', { name: 'You' }).locator('code').textContent()

test('a full load after the end of the token shows the page with the renewed session', async ({
  page,
  context,
  session,
}) => {
  await openDashboard(page, session)
  const before = await jar(context)
  await accessTokenToEnd(context)

  const response = await page.goto('/dashboard')
  // At once: on a slow machine the page renews again before the end of this test.
  const after = await jar(context)
  if (response === null) throw new Error('nothing was loaded')
  expect(response.status()).toBe(200)
  expect(outcomeOf(response)).toBe('renewed')
  await expect(page.getByTestId('outcome')).toContainText('renewed')
  await expect(shownEnd(page)).toHaveAttribute('datetime', await endOfToken(response))

  const cookies = await cookiesOf(response)
  expect(Object.keys(cookies).sort()).toEqual(RENEWED)
  expect(cookies.refreshToken).not.toBe(before.refreshToken)
  expect(after.refreshToken).toBe(cookies.refreshToken)
})

test('a client-side navigation after the end of the token does, too, and nothing is loaded anew', async ({
  page,
  context,
  session,
}) => {
  await openDashboard(page, session)
  const shown = await shownSession(page)
  await headerLink(page, 'Sessions').click()
  await expect(page.getByRole('heading', { name: 'Sessions' })).toBeVisible()
  await page.evaluate(() => Object.assign(window, { stayed: true }))
  await accessTokenToEnd(context)

  const renewal = page.waitForResponse((response) => outcomeOf(response) === 'renewed')
  await headerLink(page, 'Dashboard').click()
  const response = await renewal
  expect(response.headers()['content-type']).toContain('text/x-component')
  expect(Object.keys(await cookiesOf(response)).sort()).toEqual(RENEWED)
  await expectDashboard(page)
  await expect(shownEnd(page)).toHaveAttribute('datetime', await endOfToken(response))
  expect(await shownSession(page)).toBe(shown)
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true)
})

test('five tabs at once after the end of the token make one refresh call, and all stay signed in', async ({
  page,
  context,
  stack,
  session,
}) => {
  await openDashboard(page, session)
  const tabs = [page, ...(await Promise.all(Array.from({ length: 4 }, () => context.newPage())))]
  await Promise.all(tabs.map((tab) => tab.goto('/dashboard')))
  await accessTokenToEnd(context)
  stack.line.forget()

  // The answer waits until every tab has asked, so that none of them comes late.
  const held = stack.line.hold('/refreshtoken')
  const asked = Promise.all(tabs.map((tab) => tab.waitForRequest('/dashboard')))
  const reloads = Promise.all(tabs.map((tab) => tab.reload({ waitUntil: 'commit' })))
  await Promise.all([asked, held.answered])
  held.letGo()

  const responses = (await reloads).filter((response) => response !== null)
  // On a slow machine the tabs renew again before the end of this test, with the child.
  const presented = stack.line.calls('/refreshtoken').map(({ headers }) => headers.cookie)
  expect(presented.filter((cookie) => cookie === presented[0])).toHaveLength(1)
  expect(responses.map(outcomeOf)).toEqual(Array(5).fill('renewed'))
  const children = await Promise.all(responses.map(cookiesOf))
  expect(new Set(children.map(({ refreshToken }) => refreshToken)).size).toBe(1)
  for (const tab of tabs) await expectDashboard(tab)
})

test('a script that asks the backend gets the renewed session, and the page follows', async ({
  page,
  context,
  session,
}) => {
  await openDashboard(page, session)
  await accessTokenToEnd(context)
  const before = (await shownEnd(page).getAttribute('datetime')) ?? ''
  await page.getByRole('button', { name: 'Who am I?' }).click()
  await expect(page.getByText('x-session: renewed')).toBeVisible()
  await expect(page.getByText('"email": "demo@example.com"')).toBeVisible()
  await expect(shownEnd(page)).not.toHaveAttribute('datetime', before)
})

test('a test’s sign-in asks again where a public page did not wait for the renewal', async ({
  context,
  session,
  stack,
}) => {
  const held = stack.line.hold('/refreshtoken')
  const signingIn = session.signIn()
  await held.answered
  // The visit of the sign-in came before this one, and has been answered the same.
  expect((await context.request.get('/')).headers()['x-session']).toBe('degraded')
  held.letGo()
  await signingIn
  expect(await jar(context)).toHaveProperty('accessToken')
})
