import type { BrowserContext, Fixtures } from '@playwright/test'
import type { HoldingBackend } from '../gateway/options.ts'
import { describedCalls } from './session.ts'

/** The account that signs in at the backend. */
export type Account = { readonly email: string; readonly password: string }

/** The session of one browser context, for a test to begin, to let run out, and to end. */
export type SessionControl = {
  /**
   * Signs in without the sign-in page: one call of `POST /login` at the backend, one request to the app, and the context has
   * the session's cookies.
   */
  signIn(account?: Account): Promise<void>
  /** Lets the access token run out: its cookie leaves the browser, and the next request renews. */
  expire(): Promise<void>
  /** Ends the session at the backend, as another device would. The access token is good until it runs out. */
  endElsewhere(): Promise<void>
}

/** Options of {@link sessionFixtures}, set with `use` in `playwright.config.ts` or `test.use()`. */
export type SessionOptions = {
  /** Base URL of the backend. Default: the variable `REMOTE_API`, else `http://127.0.0.1:3001`. */
  readonly backendUrl: string
  /** The account of tests that name none. */
  readonly account: Account
  /** As the app has them; on https `__Host-` is put before them. Default `accessToken` and `refreshToken`. */
  readonly cookieNames: { readonly accessToken: string; readonly refreshToken: string }
  /**
   * The app's described backend and `GATEWAY_SECRET`: `signIn()` and `endElsewhere()` then make its calls. Default: none, and they post
   * to `/login` and `/logout`.
   */
  readonly described?: { readonly backend: HoldingBackend; readonly gatewaySecret: string } | undefined
}

/** The fixtures that {@link sessionFixtures} adds to a test. */
export type SessionFixtures = { readonly session: SessionControl }

/**
 * Fixtures for Playwright's `test`: `session` is the session of the test's context.
 *
 * @example
 * export const test = base.extend<SessionFixtures & SessionOptions>(sessionFixtures)
 *
 * test('the dashboard greets', async ({ page, session }) => {
 *   await session.signIn()
 *   await page.goto('/dashboard')
 * })
 */
export const sessionFixtures: Fixtures<
  SessionFixtures & SessionOptions,
  object,
  { readonly context: BrowserContext; readonly baseURL: string | undefined }
> = {
  backendUrl: [process.env.REMOTE_API ?? 'http://127.0.0.1:3001', { option: true }],
  account: [{ email: 'demo@example.com', password: 'demo-password-123' }, { option: true }],
  cookieNames: [{ accessToken: 'accessToken', refreshToken: 'refreshToken' }, { option: true }],
  described: [undefined, { option: true }],
  session: async ({ context, baseURL, backendUrl, account, cookieNames, described }, use) => {
    if (baseURL === undefined)
      throw new Error('Set `baseURL` in playwright.config.ts to the address of the app.')
    await use(controlSession({ context, baseURL, backendUrl, account, cookieNames, described }))
  },
}

/** Visits of a sign-in: each may wait a second, on a public page. */
const MAX_VISITS = 10

/** The same for a context of your own making: a second device. */
export function controlSession({
  context,
  baseURL,
  backendUrl,
  account,
  cookieNames,
  described,
}: SessionOptions & { readonly context: BrowserContext; readonly baseURL: string }): SessionControl {
  const secure = baseURL.startsWith('https:')
  const nameOf = (cookie: keyof typeof cookieNames) => `${secure ? '__Host-' : ''}${cookieNames[cookie]}`
  const name = nameOf('refreshToken')
  const calls = described && describedCalls({ ...described, remoteApi: backendUrl })

  async function refreshToken(): Promise<string> {
    const found = (await context.cookies(baseURL)).find((cookie) => cookie.name === name)
    if (!found) throw new Error(`There is no cookie "${name}": sign in first.`)
    return found.value
  }

  return {
    async signIn(who = account) {
      const value = calls ? await calls.signIn(who) : await logIn(backendUrl, who)
      await context.addCookies([{ name, value, url: baseURL, secure, httpOnly: true, sameSite: 'Lax' }])
      // The gateway renews on the way, and issues every cookie as it does for a person.
      let outcome: string | undefined = 'degraded'
      for (let visits = 0; visits < MAX_VISITS && outcome === 'degraded'; visits += 1)
        outcome = (await context.request.get(baseURL)).headers()['x-session']
      if (outcome !== 'renewed')
        throw new Error(
          `${baseURL} did not take the session: its header x-session is ${outcome ?? 'missing'}.`,
        )
    },
    async expire() {
      await context.clearCookies({ name: nameOf('accessToken') })
    },
    async endElsewhere() {
      if (calls) await calls.signOut(await refreshToken())
      else
        await fetch(`${backendUrl}/logout`, {
          method: 'POST',
          headers: { cookie: `refreshToken=${await refreshToken()}` },
        })
    },
  }
}

async function logIn(backendUrl: string, who: Account): Promise<string> {
  const answer = await fetch(`${backendUrl}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(who),
  })
  if (!answer.ok) throw new Error(`${backendUrl}/login answers ${answer.status} to ${who.email}.`)
  return refreshTokenIn(await answer.json())
}

function refreshTokenIn(issued: unknown): string {
  const token = (issued as { refreshToken?: unknown } | null)?.refreshToken
  if (typeof token !== 'string') throw new Error('The backend’s answer to POST /login has no `refreshToken`.')
  return token
}
