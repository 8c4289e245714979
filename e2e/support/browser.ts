import type { BrowserContext, ConsoleMessage, Page, Response } from '@playwright/test'
import { test as base } from '@playwright/test'
import type { SessionControl, SessionFixtures, SessionOptions } from 'evergate/testing/playwright'
import { sessionFixtures } from 'evergate/testing/playwright'
import { pathIn } from './base-path.ts'
import { expect, placeBelowBasePath } from './below-base-path.ts'
import { claimsOf, cookieHeader, DEMO } from './client.ts'
import type { Stack } from './stack.ts'
import { startStack } from './stack.ts'

export { expect }

type Environment = Readonly<Record<string, string>>

/** Access tokens that a test can wait for the end of; the second before it keeps them from dying on the way. */
export const SHORT_LIVED: Environment = { ACCESS_TOKEN_TTL: '3', RENEW_BEFORE: '1' }

/**
 * Each width and each scheme of colours once: a phone by day, and a desk by night. With `npm test -- --all`; accessibility.spec.ts looks at
 * the pages that everybody meets each time.
 */
export const LOOKS = process.env.EVERGATE_ALL
  ? ([
      { colorScheme: 'light', width: 360 },
      { colorScheme: 'dark', width: 1280 },
    ] as const)
  : []

/**
 * Tags a test that `npm test -- --all` runs alone: most of what it shows is shown by the client's unit tests or over HTTP as well, and
 * a browser takes seconds for each.
 */
export const THOROUGH = { tag: '@thorough' }

type PerTest = {
  /** Errors that may stand in the console. Any other error, and any uncaught exception, fails the test. */
  tolerated: RegExp | undefined
  quietConsole: undefined
  connectedLine: undefined
}
type PerFile = {
  /** The environment of the stack. A file that sets its own gets a stack of its own. */
  env: Environment
  stack: Stack
  basePath: undefined
}

const withSession = base.extend<SessionFixtures & SessionOptions>(sessionFixtures)

/** Playwright's `test` in front of a stack of its own: `baseURL` is the app. */
export const test = withSession.extend<PerTest, PerFile>({
  env: [{}, { option: true, scope: 'worker' }],
  stack: [
    async ({ env }, use) => {
      const stack = await startStack(env)
      await use(stack)
      await stack.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  basePath: [
    async ({ browser }, use) => {
      await placeBelowBasePath(browser)
      await use(undefined)
    },
    { scope: 'worker', auto: true },
  ],
  baseURL: ({ stack }, use) => use(stack.app.url),
  backendUrl: ({ stack }, use) => use(stack.auth.url),
  account: DEMO,
  tolerated: [undefined, { option: true }],
  // Not a hook: one of a shared module runs for the first file alone that a worker loads.
  connectedLine: [
    async ({ stack }, use) => {
      stack.line.set('connected')
      stack.line.forget()
      await use(undefined)
    },
    { auto: true },
  ],
  quietConsole: [
    async ({ context, tolerated }, use) => {
      const problems: string[] = []
      watchConsole(context, problems)
      await use(undefined)
      expect(problems.filter((problem) => !tolerated?.test(problem))).toEqual([])
    },
    { auto: true },
  ],
})

/**
 * Defines tests with JavaScript, and the same without it for `npm test -- --all`: `no-javascript.spec.ts` goes through the app without it
 * each time.
 */
export function withAndWithoutJavaScript(define: () => void): void {
  for (const javaScriptEnabled of [true, false])
    test.describe(
      javaScriptEnabled ? 'with JavaScript' : 'without JavaScript',
      javaScriptEnabled ? {} : THOROUGH,
      () => {
        test.use({ javaScriptEnabled })
        define()
      },
    )
}

function watchConsole(context: BrowserContext, problems: string[]): void {
  context.on('console', (message) => {
    if (message.type() !== 'error' || isExpected(message)) return
    problems.push(`${message.text()} ${message.location().url}`)
  })
  context.on('weberror', (error) => problems.push(String(error.error())))
}

/**
 * A prefetch that a page begins while its session ends is refused, as it should be: `prefetch.spec.ts` looks at that.
 * Chromium asks for `/favicon.ico` when it leaves a page before it has read of its icon.
 */
function isExpected(message: ConsoleMessage): boolean {
  const onPage = pathIn(message.page()?.url() ?? 'about:blank')
  const isRefusedPrefetch =
    REFUSED_FETCH.test(message.text()) && ['/', '/login', '/register'].includes(onPage)
  return isRefusedPrefetch || message.location().url.endsWith('/favicon.ico')
}

/** Chromium's words when a script's request is refused; the router's own fetch is such a script. */
export const REFUSED_FETCH = /status of 401/

/** Fills in the sign-in form that the page shows and waits until it is left. */
export async function fillSignIn(page: Page, account = DEMO): Promise<void> {
  await page.getByLabel('E-mail').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).not.toHaveURL(/\/login/)
}

/** Signs in, which leads to the dashboard. */
export async function signIn(page: Page, account = DEMO): Promise<void> {
  await page.goto('/login')
  await fillSignIn(page, account)
  await expectDashboard(page)
}

/** Opens the dashboard as somebody who has signed in before. No prefetch is left under way that could renew in a test's place. */
export async function openDashboard(page: Page, session: SessionControl): Promise<void> {
  await session.signIn()
  await page.goto('/dashboard', { waitUntil: 'networkidle' })
  await expectDashboard(page)
}

export async function expectDashboard(page: Page): Promise<void> {
  await expect(page).toHaveURL('/dashboard')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Hello, /)
}

/** The page asks to sign in, and knows where the person was going, and why a session has ended. */
export async function expectSignInPage(page: Page, returnTo: string, reason?: string): Promise<void> {
  const because = reason === undefined ? '' : `&reason=${reason}`
  await expect(page).toHaveURL(`/login?returnTo=${encodeURIComponent(returnTo)}${because}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
}

/** A link of the site's header. */
export const headerLink = (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('link', { name, exact: true })

/** The dashboard's form, which posts a server action. */
export const noteField = (page: Page) => page.getByRole('textbox', { name: 'Note' })
export const leaveNote = (page: Page) => page.getByRole('button', { name: 'Leave the note' }).click()

/** The cookies in the browser's jar, values by name. */
export async function jar(context: BrowserContext): Promise<Record<string, string>> {
  return Object.fromEntries((await context.cookies()).map(({ name, value }) => [name, value]))
}

/** The names of the session's cookies in the jar; the signed-out mark is none, nor that of a browser which is known. */
export async function sessionCookies(context: BrowserContext): Promise<string[]> {
  return Object.keys(await jar(context)).filter((name) => name !== 'signedOut' && name !== 'knownDevice')
}

/** Waits until the access token has run out, which is when its cookie leaves the jar. */
export async function accessTokenToEnd(context: BrowserContext): Promise<void> {
  await expect
    .poll(async () => Object.keys(await jar(context)), { intervals: [100] })
    .not.toContain('accessToken')
}

/** Does what the browser does at the end of the access token, without the wait. */
export async function dropAccessToken(context: BrowserContext): Promise<void> {
  await context.clearCookies({ name: 'accessToken' })
}

/** Ends the session behind the browser's back, as another device would; its access token is good for a while yet. */
export async function revokeElsewhere(stack: Stack, context: BrowserContext): Promise<void> {
  const { refreshToken = '' } = await jar(context)
  const headers = { cookie: cookieHeader({ refreshToken }) }
  await fetch(`${stack.auth.url}/logout`, { method: 'POST', headers })
}

/** The same, and the access token has run out since. */
export async function endElsewhere(stack: Stack, context: BrowserContext): Promise<void> {
  await revokeElsewhere(stack, context)
  await dropAccessToken(context)
}

/** An e-mail nobody has registered yet. */
export const newEmail = () => `${crypto.randomUUID()}@example.com`

/** The cookies that a response sets, values by name: one header each, each as the contract has it. */
export async function cookiesOf(response: Response): Promise<Record<string, string>> {
  const cookies: Record<string, string> = {}
  for (const { name, value } of await response.headersArray()) {
    if (name.toLowerCase() !== 'set-cookie') continue
    const [, cookie = '', content = ''] = SESSION_COOKIE.exec(value) ?? []
    expect(cookie, value).not.toBe('')
    expect(cookies).not.toHaveProperty(cookie)
    cookies[cookie] = content
  }
  return cookies
}

const SESSION_COOKIE = /^([^=,;\s]+)=([^,;\s]+); Path=\/; Max-Age=[1-9]\d*; HttpOnly; SameSite=Lax$/

/** When the access token of a renewed session ends, as a page's `<time>` has it. */
export async function endOfToken(response: Response): Promise<string> {
  const { exp } = claimsOf((await cookiesOf(response)).accessToken ?? '')
  return new Date(Number(exp) * 1000).toISOString()
}

/** The end of the token that the dashboard was rendered with. */
export const shownEnd = (page: Page) => page.getByRole('region', { name: 'Access token' }).locator('time')

/** The gateway's own report. */
export const outcomeOf = (response: Response | null) => response?.headers()['x-session']
