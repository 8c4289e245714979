import AxeBuilder from '@axe-core/playwright'
import type { BrowserContext, Page, TestInfo } from '@playwright/test'
import type { SessionOptions } from 'evergate/testing/playwright'
import { controlSession } from 'evergate/testing/playwright'
import {
  dropAccessToken,
  expect,
  expectSignInPage,
  fillSignIn,
  LOOKS,
  THOROUGH,
  test,
} from '../support/browser.ts'

test.use({ env: { EVERGATE_DEMO: '1' }, tolerated: /status of (401|403|503)/ })

const decisions = (page: Page) => page.getByRole('list', { name: 'Decisions, newest first' })
const decision = (page: Page, text: string | RegExp) =>
  decisions(page).getByRole('listitem').filter({ hasText: text }).first()
const ends = (page: Page) => page.getByRole('list', { name: 'Ended sessions, newest first' })
const connection = (page: Page) => page.getByTestId('connection')
const answer = (page: Page) => page.getByTestId('answer')
const breaker = (page: Page) => page.getByTestId('breaker')
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

async function openInspector(page: Page, session: { signIn(): Promise<void> }): Promise<void> {
  await session.signIn()
  await page.goto('/inspector')
  await expect(connection(page)).toHaveText('Live')
}

/** Six renewals in a row that find no backend: one browser's trouble, which opens no breaker for the others. */
async function breakForAWhile(page: Page): Promise<void> {
  await press(page, 'Break the backend')
  for (const _renewal of [2, 3, 4, 5, 6]) {
    await untilDone(page)
    await press(page, 'Renew now')
  }
  await untilDone(page)
  await expect(breaker(page)).toHaveText(/^closed/)
}

/** Until no button is at work. */
const untilDone = (page: Page) => expect(page.locator('[aria-disabled]')).toHaveCount(0)

type Elsewhere = Pick<SessionOptions, 'backendUrl' | 'account' | 'cookieNames'> & {
  baseURL: string | undefined
}

/** Another browser of the same person, with a session of its own. */
async function signInElsewhere(
  context: BrowserContext,
  { baseURL = '', ...options }: Elsewhere,
): Promise<void> {
  await controlSession({ context, baseURL, ...options }).signIn()
}

async function mend(page: Page): Promise<void> {
  await press(page, 'Mend the backend')
  await expect(answer(page)).toHaveText(/^200 renewed/, { timeout: 20_000 })
}

test('the start page leads to it', THOROUGH, async ({ page, session }) => {
  await session.signIn()
  await page.goto('/')
  await page.getByRole('link', { name: 'inspector', exact: true }).click()
  await expect(page).toHaveURL('/inspector')
  await expect(connection(page)).toHaveText('Live')
})

test('a renewal appears while one looks on, and nothing is loaded anew', async ({
  page,
  context,
  session,
}) => {
  await openInspector(page, session)
  await page.evaluate(() => Object.assign(window, { stayed: true }))
  await dropAccessToken(context)
  const other = await context.newPage()
  await other.goto('/sessions')
  // Whichever request comes first renews: this one, or what the router of the first page fetches ahead.
  await expect(decision(page, 'token absent')).toContainText('renewed')
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true)
})

test(
  'a token that is let expire is renewed by the next requests, which share one call',
  THOROUGH,
  async ({ page, session, stack }) => {
    await openInspector(page, session)
    stack.line.forget()
    await press(page, 'Let the token expire')
    await expect(answer(page)).toHaveText(
      /^200 renewed in \d+ ms, 200 renewed in \d+ ms, 200 renewed in \d+ ms$/,
    )
    await expect(decision(page, 'by a call to the backend')).toBeVisible()
    expect(stack.line.calls('/refreshtoken')).toHaveLength(1)
    await expect(page.getByRole('list', { name: 'Requests, newest first' })).toContainText(
      '/api/session renewed',
    )
  },
)

test('a broken backend degrades, spares nobody else, and signs nobody out; mended, the session goes on', async ({
  page,
  session,
  stack,
}) => {
  await openInspector(page, session)
  await breakForAWhile(page)
  await expect(decision(page, 'degraded')).toContainText('broken_in_the_demo')
  await press(page, 'Let the token expire')
  await expect(answer(page)).toHaveText(/^503 degraded/)
  await expect(decision(page, /degraded api GET \/api\/session/)).toContainText('cookies kept')
  await expect(connection(page)).toHaveText('Live')

  await mend(page)
  expect(stack.line.calls('/refreshtoken').length).toBeGreaterThan(0)
})

test(
  'only the browser that asked for it has a broken backend',
  THOROUGH,
  async ({ page, session, browser, stack, backendUrl, account, cookieNames }) => {
    await openInspector(page, session)
    await press(page, 'Break the backend')
    await expect(answer(page)).toHaveText(/^503 degraded/)
    const other = await browser.newContext({ baseURL: stack.app.url })
    await signInElsewhere(other, { baseURL: stack.app.url, backendUrl, account, cookieNames })
    const renewal = await other.request.post('/api/refreshresttokens', {
      headers: { 'sec-fetch-site': 'none' },
    })
    expect(renewal.headers()['x-session']).toBe('renewed')
    await other.close()
    await mend(page)
  },
)

test(
  'an old refresh token ends the session, and the next one is told why',
  THOROUGH,
  async ({ page, session }) => {
    await openInspector(page, session)
    await press(page, 'Replay an old refresh token')
    await expect(connection(page)).toContainText('This session has ended.')
    await expect(decision(page, 'ended')).toContainText('refresh_token_reused')
    await connection(page).getByRole('link', { name: 'Sign in again' }).click()
    await expectSignInPage(page, '/inspector', 'reuse')
    await fillSignIn(page)
    await expect(page).toHaveURL('/inspector')
    await expect(ends(page).getByRole('listitem').first()).toContainText('refresh_token_reused')
  },
)

test(
  'the open page goes on while the real backend is down',
  THOROUGH,
  async ({ page, context, session, stack }) => {
    await openInspector(page, session)
    await press(page, 'Send a request')
    await expect(answer(page)).toHaveText(/^200 active/)
    stack.line.set('cut')
    await press(page, 'Renew now')
    await expect(answer(page)).toHaveText(/^503 degraded/)
    await expect(decision(page, 'degraded')).toContainText('no_answer')
    await dropAccessToken(context)
    await press(page, 'Send a request')
    await expect(decision(page, /degraded api GET/)).toContainText('cookies kept')
    await expect(connection(page)).toHaveText('Live')
    stack.line.set('connected')
  },
)

test('nobody sees what another session does', async ({
  page,
  session,
  browser,
  stack,
  backendUrl,
  account,
  cookieNames,
}) => {
  await openInspector(page, session)
  const other = await browser.newContext({ baseURL: stack.app.url })
  await signInElsewhere(other, { baseURL: stack.app.url, backendUrl, account, cookieNames })
  await other.request.get('/of-another')
  await press(page, 'Send a request')
  // It came after the other session's request, on the same stream.
  await expect(decision(page, 'GET /api/session')).toBeVisible()
  await expect(decision(page, '/of-another')).toHaveCount(0)
  await other.close()
})

test(
  'a paused page stands still, and has everything when it goes on',
  THOROUGH,
  async ({ page, session }) => {
    await openInspector(page, session)
    await press(page, 'Pause')
    const before = await decisions(page).textContent()
    await press(page, 'Send a request')
    await expect(answer(page)).toHaveText(/^200 active/)
    await expect(connection(page)).toHaveText(/^Paused: [1-9]\d* new/)
    expect(await decisions(page).textContent()).toBe(before)
    await press(page, 'Pause')
    await expect(decision(page, 'active api GET /api/session')).toBeVisible()
  },
)

test(
  'a hidden page asks for nothing, and has everything when it is looked at again',
  THOROUGH,
  async ({ page, context, session }) => {
    await openInspector(page, session)
    await look(page, 'away')
    await context.request.get('/api/session')
    const asked = page.waitForRequest(/\/inspector\/events\?after=/)
    await look(page, 'back')
    await asked
    await expect(decision(page, 'active api GET /api/session')).toBeVisible()
  },
)

/** The event that a page gets when another tab comes to the front. */
function look(page: Page, where: 'away' | 'back'): Promise<void> {
  return page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: hidden })
    document.dispatchEvent(new Event('visibilitychange'))
  }, where === 'away')
}

test('everything can be done by keyboard', THOROUGH, async ({ page, session }) => {
  await openInspector(page, session)
  const labels = ['Pause', 'Send a request', 'Let the token expire', 'Renew now', 'Break the backend']
  await page.getByRole('main').focus()
  for (const name of labels) {
    await page.keyboard.press('Tab')
    await expect(page.getByRole('button', { name, exact: true })).toBeFocused()
  }
  await page.keyboard.press('Enter')
  await expect(answer(page)).toHaveText(/^503 degraded/)
  // The button has become another, under the same fingers.
  await expect(page.getByRole('button', { name: 'Mend the backend' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(answer(page)).toHaveText(/^200 renewed/, { timeout: 20_000 })
})

for (const { colorScheme, width } of LOOKS) {
  test.describe(`in ${colorScheme} colours, ${width} px wide`, () => {
    test.use({ colorScheme, viewport: { width, height: 900 } })

    test('axe finds nothing, and nothing scrolls sideways', async ({ page, session }, testInfo) => {
      await openInspector(page, session)
      await press(page, 'Let the token expire')
      await expect(answer(page)).toHaveText(/renewed/)
      await breakForAWhile(page)
      await expectSound(page)
      await keepPicture(page, testInfo, 'broken')
      await mend(page)
      await press(page, 'Replay an old refresh token')
      await expect(connection(page)).toContainText('This session has ended.')
      await expectSound(page)
      await keepPicture(page, testInfo, 'ended')
    })
  })
}

async function keepPicture(page: Page, testInfo: TestInfo, name: string): Promise<void> {
  const path = testInfo.outputPath(`${name}.png`)
  await page.screenshot({ path, fullPage: true })
  await testInfo.attach(name, { path, contentType: 'image/png' })
}

async function expectSound(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
  const [content = 0, room = 0] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return [scrollWidth, clientWidth]
  })
  expect(content).toBeLessThanOrEqual(room)
}
