import type { Page } from '@playwright/test'
import {
  expect,
  expectDashboard,
  headerLink,
  jar,
  leaveNote,
  noteField,
  openDashboard,
  THOROUGH,
  test,
} from '../support/browser.ts'

test.use({ tolerated: /status of 503|Failed to fetch RSC payload/ })

async function expectWaitingPage(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'One moment' })).toBeVisible()
  await expect(page.getByText('still signed in')).toBeVisible()
}

/** The page asks again after a second, and then less and less often. */
const BY_ITSELF = { timeout: 15_000 }

test('a page loaded meanwhile says so and comes back by itself', async ({
  page,
  context,
  stack,
  session,
}) => {
  await openDashboard(page, session)
  await session.expire()
  const before = await jar(context)
  stack.line.set('cut')
  const response = await page.goto('/sessions?page=2')
  expect(response?.status()).toBe(503)
  await expectWaitingPage(page)
  expect(await jar(context)).toEqual(before)

  stack.line.set('connected')
  await expect(page.getByText('This device')).toBeVisible(BY_ITSELF)
  await expect(page).toHaveURL('/sessions?page=2')
})

test(
  'it asks less and less often, and then says that it has stopped',
  THOROUGH,
  async ({ page, stack, session }) => {
    await page.clock.install({ time: '2030-01-01T00:00:00Z' })
    await openDashboard(page, session)
    await session.expire()
    stack.line.set('cut')
    // From here on no time passes but what this test lets pass.
    await page.clock.pauseAt('2030-01-01T01:00:00Z')
    let asked = 0
    page.on('request', (request) => {
      if (request.isNavigationRequest()) asked += 1
    })
    await page.goto('/sessions')
    const stopped = page.getByText('this page has stopped trying')
    for (const seconds of [1, 2, 4, 8, 16, 30, 30, 30]) {
      await expectWaitingPage(page)
      const before = asked
      await page.clock.runFor((seconds * 1000) / 2 - 100)
      expect(asked).toBe(before)
      const reloaded = page.waitForResponse((response) => response.status() === 503)
      await page.clock.runFor((seconds * 1000) / 2 + 100)
      await reloaded
    }
    await expect(stopped).toBeVisible()
    await page.clock.runFor(600_000)
    expect(asked).toBe(9)
    await page.clock.resume()

    stack.line.set('connected')
    // The link asks anew, and so does the page it leads to; the breaker lets one of them through in its own time.
    await page.getByRole('link', { name: 'Try again now' }).click()
    await expect(page.getByText('This device')).toBeVisible(BY_ITSELF)
  },
)

test('a client-side navigation does, too', async ({ page, stack, session }) => {
  await openDashboard(page, session)
  await headerLink(page, 'Sessions').click()
  await expect(page.getByText('This device')).toBeVisible()
  await session.expire()
  stack.line.set('cut')
  await headerLink(page, 'Dashboard').click()
  await expectWaitingPage(page)
  stack.line.set('connected')
  await page.getByRole('link', { name: 'Try again now' }).click()
  await expectDashboard(page)
})

test('public pages stay readable', async ({ page, stack, session }) => {
  await openDashboard(page, session)
  await session.expire()
  stack.line.set('cut')
  const response = await page.goto('/')
  expect(response?.status()).toBe(200)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.goto('/login')
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  stack.line.set('connected')
  // Not at once: a call that is failing still may be shared by this very request.
  await expect(async () => {
    await page.goto('/')
    await expect(page.getByText('You are signed in.')).toBeVisible({ timeout: 500 })
  }).toPass()
})

test('a form keeps what was typed, and goes through once the auth server is back', async ({
  page,
  stack,
  session,
}) => {
  await openDashboard(page, session)
  await noteField(page).fill('in the middle of it')
  await session.expire()
  stack.line.set('cut')
  await leaveNote(page)
  await expect(page.getByText('Your text is still here')).toBeVisible()
  await expect(noteField(page)).toHaveValue('in the middle of it')
  stack.line.set('connected')
  await leaveNote(page)
  await expect(page.getByText('Note 1 received')).toBeVisible()
  await expect(page.getByText('Your text is still here')).toHaveCount(0)
})

test('signing in says that it is not possible right now', async ({ page, stack }) => {
  await page.goto('/login')
  stack.line.set('cut')
  await page.getByLabel('E-mail').fill('demo@example.com')
  await page.getByLabel('Password').fill('demo-password-123')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(
    page.getByRole('alert').filter({ hasText: /not possible right now|does not answer/ }),
  ).toBeVisible()
  stack.line.set('connected')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expectDashboard(page)
})
