import type { Page } from '@playwright/test'
import {
  accessTokenToEnd,
  expect,
  expectDashboard,
  expectSignInPage,
  headerLink,
  jar,
  openDashboard,
  outcomeOf,
  SHORT_LIVED,
  THOROUGH,
  test,
} from '../support/browser.ts'

test.use({
  env: SHORT_LIVED,
  // Playwright switches the back/forward cache off; people have it.
  launchOptions: async ({ launchOptions }, use) => {
    await use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] })
  },
})

// Not `page.goBack()`, which waits for a load that a page out of the back/forward cache does not make.
const back = (page: Page) => page.evaluate(() => history.back())
const forward = (page: Page) => page.evaluate(() => history.forward())

async function expectSessions(page: Page): Promise<void> {
  await expect(page).toHaveURL('/sessions')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sessions')
}

test(
  'a reload after the end of the token keeps the person signed in',
  THOROUGH,
  async ({ page, context, session }) => {
    await openDashboard(page, session)
    await accessTokenToEnd(context)
    expect(outcomeOf(await page.reload())).toBe('renewed')
    await expectDashboard(page)
  },
)

test(
  'back and forward over full loads after the end of the token',
  THOROUGH,
  async ({ page, context, session }) => {
    await openDashboard(page, session)
    await page.goto('/sessions')
    await accessTokenToEnd(context)
    await back(page)
    await expectDashboard(page)
    await accessTokenToEnd(context)
    await forward(page)
    await expectSessions(page)
    await headerLink(page, 'Dashboard').click()
    await expectDashboard(page)
    expect(await jar(context)).toHaveProperty('accessToken')
  },
)

test('back and forward over client-side navigations after the end of the token', async ({
  page,
  context,
  session,
}) => {
  await openDashboard(page, session)
  await headerLink(page, 'Sessions').click()
  await expectSessions(page)
  await accessTokenToEnd(context)
  await back(page)
  await expectDashboard(page)
  await forward(page)
  await expectSessions(page)
  await headerLink(page, 'Dashboard').click()
  await expectDashboard(page)
  await expect(page.getByTestId('outcome')).toBeVisible()
  expect(await jar(context)).toHaveProperty('accessToken')
})

test('ASVS 7.4.1: back after signing out does not bring the page back', async ({ page, session }) => {
  await openDashboard(page, session)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByText('You are signed out.')).toBeVisible()
  await back(page)
  await expectSignInPage(page, '/dashboard')
  await expect(page.getByRole('heading', { name: /^Hello, / })).toHaveCount(0)
})
