import type { Page } from '@playwright/test'
import {
  dropAccessToken,
  endElsewhere,
  expect,
  openDashboard,
  REFUSED_FETCH,
  THOROUGH,
  test,
} from '../support/browser.ts'

const TOLERATED = new RegExp(`${REFUSED_FETCH.source}|status of 503|ERR_INTERNET_DISCONNECTED`)
test.use({ tolerated: TOLERATED })

const SESSION = '/api/session'
const offline = (page: Page) => page.getByText('No connection right now. Your session goes on.')
const ended = (page: Page) => page.getByText('Your session has ended.')
const questions = (page: Page) => {
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith(SESSION)) asked.push(request.url())
  })
  return asked
}

test('a page that brought its session asks for nothing', THOROUGH, async ({ page, session }) => {
  const asked = questions(page)
  await openDashboard(page, session)
  await page.reload({ waitUntil: 'networkidle' })
  expect(asked).toEqual([])
})

test(
  'offline nobody is signed out; online again the session goes on',
  THOROUGH,
  async ({ page, context, session }) => {
    await openDashboard(page, session)
    const asked = questions(page)
    await context.setOffline(true)
    await expect(offline(page)).toBeVisible()
    await dropAccessToken(context)
    expect(asked).toEqual([])
    await context.setOffline(false)
    await expect(offline(page)).toHaveCount(0)
    expect(asked).toHaveLength(1)
    await expect(ended(page)).toHaveCount(0)
  },
)

test(
  'a session that ended meanwhile is found ended once online again',
  THOROUGH,
  async ({ page, context, stack, session }) => {
    await openDashboard(page, session)
    await context.setOffline(true)
    await expect(offline(page)).toBeVisible()
    await endElsewhere(stack, context)
    await context.setOffline(false)
    await expect(ended(page)).toBeVisible()
  },
)

test('after a sleep the session is looked at again, and renewed', async ({
  page,
  context,
  stack,
  session,
}) => {
  await page.clock.install()
  await openDashboard(page, session)
  await dropAccessToken(context)
  stack.line.forget()
  const answer = page.waitForResponse(SESSION)
  await page.clock.fastForward('02:00:00')
  expect((await answer).headers()['x-session']).toBe('renewed')
  await expect(ended(page)).toHaveCount(0)
  expect(stack.line.calls('/refreshtoken')).toHaveLength(1)
})

test(
  'a tab in the background asks nothing until it is looked at',
  THOROUGH,
  async ({ page, context, session }) => {
    await page.clock.install()
    await openDashboard(page, session)
    const asked = questions(page)
    await show(page, false)
    await dropAccessToken(context)
    await page.clock.runFor('02:00:00')
    expect(asked).toEqual([])
    await show(page, true)
    await expect.poll(() => asked.length).toBe(1)
  },
)

/** The events of a browser when another tab is put in front. Chromium without a screen shows every page. */
async function show(page: Page, shown: boolean): Promise<void> {
  await page.evaluate((shown) => {
    Object.defineProperty(document, 'hidden', { value: !shown, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, shown)
}

test('an outage while the session is looked at signs nobody out', async ({
  page,
  context,
  stack,
  session,
}) => {
  await page.clock.install()
  await openDashboard(page, session)
  await dropAccessToken(context)
  stack.line.set('cut')
  await page.clock.fastForward('02:00:00')
  await expect(offline(page)).toBeVisible()
  stack.line.set('connected')
  // It asks again by itself, and the breaker lets the call through in its own time.
  await expect(async () => {
    await page.clock.runFor(30_000)
    await expect(offline(page)).toHaveCount(0, { timeout: 1000 })
  }).toPass({ timeout: 20_000 })
  await expect(ended(page)).toHaveCount(0)
})

test(
  'a public page of an outage, rendered for nobody, does not pass for an end',
  THOROUGH,
  async ({ page, context, stack, session }) => {
    await openDashboard(page, session)
    const asked = questions(page)
    await dropAccessToken(context)
    stack.line.set('cut')
    const other = await context.newPage()
    const refused = other.waitForResponse(SESSION)
    await other.goto('/')
    expect((await refused).status()).toBe(503)
    expect(asked).toEqual([])
    await expect(ended(page)).toHaveCount(0)
    await expect(ended(other)).toHaveCount(0)
  },
)
