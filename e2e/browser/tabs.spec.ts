import type { BrowserContext, Page } from '@playwright/test'
import {
  dropAccessToken,
  endElsewhere,
  expect,
  expectSignInPage,
  headerLink,
  openDashboard,
  REFUSED_FETCH,
  signIn,
  THOROUGH,
  test,
} from '../support/browser.ts'

test.use({ tolerated: REFUSED_FETCH })

const ME = '/api/backend/me'
const RENEW = '/api/refreshresttokens'
const askBackend = (tab: Page) => tab.getByRole('button', { name: 'Who am I?' }).click()
const answered = (tab: Page) => tab.getByText('"email": "demo@example.com"')
const ended = (tab: Page) => tab.getByText('Your session has ended.')

async function dashboards(page: Page, context: BrowserContext, count: number): Promise<Page[]> {
  await signIn(page)
  const more = await Promise.all(Array.from({ length: count - 1 }, () => context.newPage()))
  await Promise.all(more.map((tab) => tab.goto('/dashboard')))
  return [page, ...more]
}

/** The backend refuses the access tokens of the first so many calls, together: none is answered before all have come. */
async function refuseTogether(context: BrowserContext, count: number): Promise<() => number> {
  let asked = 0
  let letGo = () => {}
  const together = new Promise<void>((resolve) => {
    letGo = resolve
  })
  await context.route(ME, async (route) => {
    asked += 1
    if (asked > count) return route.fallback()
    if (asked === count) letGo()
    await together
    await route.fulfill({ status: 401, json: { error: 'invalid_token' } })
  })
  return () => asked
}

test('five tabs that are refused at the same time renew once, and each gets its answer', async ({
  page,
  context,
  stack,
}) => {
  const tabs = await dashboards(page, context, 5)
  const asked = await refuseTogether(context, 5)
  const renewals: string[] = []
  context.on('request', (request) => {
    if (request.url().endsWith(RENEW)) renewals.push(request.method())
  })
  stack.line.forget()
  const held = stack.line.hold('/refreshtoken')
  for (const tab of tabs) await askBackend(tab)
  await held.answered
  // The other four wait for it, rather than renew as well.
  const waiting = () => page.evaluate(async () => (await navigator.locks.query()).pending?.length)
  await expect.poll(waiting).toBe(4)
  held.letGo()
  for (const tab of tabs) await expect(answered(tab)).toBeVisible()
  expect(renewals).toEqual(['POST'])
  expect(stack.line.calls('/refreshtoken')).toHaveLength(1)
  expect(asked()).toBe(10)
})

test('a tab that signs out tells the others, which lead back to where they were', async ({
  page,
  context,
}) => {
  const [one, two, three] = (await dashboards(page, context, 3)) as [Page, Page, Page]
  await headerLink(three, 'Sessions').click()
  await expect(three.getByText('This device')).toBeVisible()
  await one.getByRole('button', { name: 'Sign out' }).click()
  await expect(one.getByText('You are signed out.')).toBeVisible()
  await expect(ended(one)).toHaveCount(0)
  await expect(ended(two)).toBeVisible()
  await expect(ended(three)).toBeVisible()
  await three.getByRole('link', { name: 'Sign in again' }).click()
  await expectSignInPage(three, '/sessions')
})

test('a tab that learns of the end tells the others', async ({ page, context, stack }) => {
  const [one, two] = (await dashboards(page, context, 2)) as [Page, Page]
  await endElsewhere(stack, context)
  await expect(ended(one)).toHaveCount(0)
  await askBackend(one)
  await expect(ended(one)).toBeVisible()
  await expect(ended(two)).toBeVisible()
})

test('signing in again in one tab brings back the others', THOROUGH, async ({ page, context }) => {
  const [one, two] = (await dashboards(page, context, 2)) as [Page, Page]
  await one.getByRole('button', { name: 'Sign out' }).click()
  await expect(ended(two)).toBeVisible()
  await signIn(one)
  await expect(ended(two)).toHaveCount(0)
})

test('what tabs tell each other holds nothing about the person or the session', async ({
  page,
  context,
  session,
}) => {
  await page.addInitScript(() => {
    const said: unknown[] = []
    Object.assign(window, { said })
    const post = BroadcastChannel.prototype.postMessage
    BroadcastChannel.prototype.postMessage = function (message) {
      said.push(message)
      post.call(this, message)
    }
  })
  await openDashboard(page, session)
  await dropAccessToken(context)
  await askBackend(page)
  await expect(page.getByText('x-session: renewed')).toBeVisible()
  const said = await page.evaluate(() => (window as unknown as { said: unknown[] }).said)
  expect(new Set(said)).toEqual(new Set(['signed-in', 'renewed']))
})
