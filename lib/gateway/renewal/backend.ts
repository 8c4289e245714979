import { isCookieValue } from '../cookies/header.ts'
import type { JsonObject } from '../json-object.ts'
import { isJsonObject } from '../json-object.ts'
import type { Fetch } from '../platform.ts'

/**
 * The part that knows the sessions: {@link cookieBackend}, an authorization server, or a function of your own.
 *
 * `refresh` is asked once for each refresh token at a time in a process. It need not keep time itself, only hand `signal`
 * on. An error that it throws counts as a lost answer: unavailable, and not asked again.
 *
 * @example
 * const backend: Backend = {
 *   async refresh({ refreshToken }, { fetch, signal }) {
 *     const response = await fetch('https://api.example/renew', { method: 'POST', body: refreshToken, signal })
 *     if (response.status === 403) return { result: 'refused', reason: 'session_revoked' }
 *     if (!response.ok) return { result: 'unavailable', reason: `status_${response.status}` }
 *     return { result: 'rotated', tokens: await response.json() }
 *   },
 * }
 */
export type Backend = {
  refresh(session: { readonly refreshToken: string }, context: BackendContext): Promise<RefreshAnswer>
  /** The app's side of a backend that takes its refresh token in a cookie. */
  readonly cookies?: CookieCalls
  /** Whether the proxy ends the paths of the API with a slash. */
  readonly trailingSlash?: boolean
} & Partial<BackendCalls>

/** How `signIn()`, `register()`, `signOut()` and `changePassword()` call a `cookieBackend`. */
export type CookieCalls = {
  /** Base URL, without a slash at its end. */
  readonly remoteApi: string
  /** Names of the tokens at your backend. Default: `accessToken`, `refreshToken`, `userData`. */
  readonly names?: {
    readonly accessToken?: string
    readonly refreshToken?: string
    readonly userData?: string
  }
  /**
   * Paths that `signIn()`, `register()`, `signOut()` and `changePassword()` of `evergate/next` post to; `signOut: false` calls
   * nobody. Default: `/login`, `/register`, `/logout`, `/password`.
   */
  readonly paths?: {
    readonly signIn?: string
    readonly register?: string
    readonly signOut?: string | false
    readonly changePassword?: string
  }
}

/** Further calls of the app's side: `signIn()`, `register()`, `signOut()`, `startSession()`, `backendFetch()`. */
export type BackendCalls = {
  signIn(credentials: JsonObject, context: BackendContext): Promise<SignInAnswer>
  register(account: JsonObject, context: BackendContext): Promise<SignInAnswer>
  /** Changes the password of the person whose access token this is. Their sessions end; the answer is a new one. */
  changePassword(passwords: JsonObject, accessToken: string, context: BackendContext): Promise<SignInAnswer>
  /** Makes a session of tokens that were had in another way. */
  accept(tokens: GivenTokens, context: BackendContext): Promise<SignInAnswer>
  /** Null: done, or the backend has no such call. Otherwise a word for what went wrong. */
  signOut(session: EndingSession, context: BackendContext): Promise<string | null>
  /** Headers that a call of the API carries for the person whose access token this is. */
  authorize(accessToken: string): Readonly<Record<string, string>>
}

/** The result of a sign-in. */
export type SignInAnswer =
  | { readonly result: 'begun'; readonly tokens: IssuedTokens }
  | { readonly result: 'refused'; readonly error: SignInError }
  /** There are no tokens in it. `signIn()` judges by the status, and looks in the body for why. */
  | { readonly result: 'answered'; readonly status: number; readonly body: unknown }
  | { readonly result: 'unavailable'; readonly reason: string }

/**
 * `code` is the backend's own, or `temporarily_unavailable`; `fields` names what is wrong with each field; `secondFactor` is there when the
 * sign-in is half finished: `signIn({ step, code })` goes on with it.
 */
export type SignInError = {
  readonly code: string
  readonly message: string
  readonly fields?: Readonly<Record<string, string>>
  readonly secondFactor?: { readonly step: string; readonly ways: readonly string[] }
}

/** Tokens that somebody was given in a way of their own: by a magic link, a passkey, a provider's SDK. */
export type GivenTokens = {
  readonly accessToken: string
  readonly refreshToken?: string | null
  /** Seconds that the access token lives. Default: as for tokens of a sign-in. */
  readonly expiresIn?: number
  /** The answer that came with the tokens, for `person` to read. */
  readonly answer?: unknown
  /** Of the person, where the backend is no `apiBackend()`. */
  readonly userData?: UserData | null
}

/** The tokens of a session that is about to end, as its cookies hold them; `accessToken` as the API knows it. */
type EndingSession = { readonly refreshToken: string | null; readonly accessToken: string | null }

/** The backend's data about the signed-in person, a plain JSON object. */
export type UserData = Readonly<Record<string, unknown>>

/** The tokens of a session, as a backend hands them out. */
export type IssuedTokens = {
  readonly accessToken: string
  /** As it stands in a Cookie header (RFC 6265bis 4.1.1). Null: the backend keeps the one it was shown. */
  readonly refreshToken: string | null
  /** Seconds the refresh token lives, if the backend tells. */
  readonly refreshTokenMaxAge: number | null
  readonly userData: UserData | null
  /** Set-Cookie headers of other cookies, byte for byte, as `headers.getSetCookie()` has them. Not checked. */
  readonly otherCookies: readonly string[]
}

/** The answer of a {@link Backend} to a refresh token. */
export type RefreshAnswer =
  /** The session goes on with these tokens. */
  | {
      readonly result: 'rotated'
      readonly tokens: IssuedTokens
      /**
       * Seconds in which the backend answers the parent with the same child again. The gateway remembers the answer for
       * stragglers for as long, and for 10 s at most. 0: the gateway answers each of them by a call. Default 10.
       */
      readonly grace?: number
    }
  /** The backend's explicit word that the session is over. It is final. */
  | { readonly result: 'refused'; readonly reason: string }
  /** The answer says nothing about the session. */
  | {
      readonly result: 'unavailable'
      /** One word for the log. */
      readonly reason: string
      /** Milliseconds for which a backend that has too much to do wants no call. Default 0. */
      readonly retryAfter?: number
      /** The call may have had its effect: the backend could take another with the same refresh token for theft. */
      readonly repeat?: 'never'
      /** The backend works, and the trouble is this session's: the breaker does not count it. Default: whether `reason` begins with `status_4`. */
      readonly alive?: boolean
    }

/** The part of the browser's request that the backend sees. */
export type RefreshContext = {
  readonly forwardedFor: string | null
  readonly userAgent: string | null
  readonly traceparent: string
  /** A Cookie header of what `forwardCookies` names; may be empty. */
  readonly cookies: string
}

/** The means of a call. `signal` ends it; `now` is in seconds since the epoch. */
export type BackendContext = RefreshContext & {
  readonly fetch: Fetch
  readonly signal: AbortSignal
  readonly now: number
}

/** An answer that says nothing about the session, after which the call may be repeated. */
export const unavailable = (reason: string) => ({ result: 'unavailable', reason }) as const

/** The call may have had its effect, so that it must not be repeated. */
export const lost = (reason: string) => ({ ...unavailable(reason), repeat: 'never' }) as const

/** The answer, if it is one: what a backend of somebody's own hands out becomes cookies. */
export function checkAnswer(answer: RefreshAnswer): RefreshAnswer {
  const isOne =
    answer.result === 'rotated'
      ? isWellFormed(answer.tokens)
      : answer.result === 'refused' || answer.result === 'unavailable'
  return isOne ? answer : lost('malformed_answer')
}

/** Whether tokens can be put into cookies, and nothing else with them. */
export function isWellFormed(tokens: { [Name in keyof IssuedTokens]?: unknown }): tokens is IssuedTokens {
  const { accessToken, refreshToken, userData } = tokens
  return (
    isToken(accessToken) &&
    (refreshToken === null || (isToken(refreshToken) && isCookieValue(refreshToken))) &&
    (userData === null || isJsonObject(userData))
  )
}

const isToken = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** Headers that tell a backend of the browser's request. */
export const forwardedHeaders = ({ forwardedFor, userAgent, traceparent }: RefreshContext) => ({
  accept: 'application/json',
  traceparent,
  ...(forwardedFor !== null && { 'x-forwarded-for': forwardedFor }),
  ...(userAgent !== null && { 'user-agent': userAgent }),
})
