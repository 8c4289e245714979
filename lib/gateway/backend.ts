import { encodeValue, isCookieValue } from './cookie-header.ts'
import type { Fetch } from './options.ts'
import { parseSetCookie } from './set-cookie.ts'
import type { UserData } from './user-data.ts'
import { isUserData } from './user-data.ts'

/** What a backend hands out for a session. */
export type IssuedTokens = {
  readonly accessToken: string
  /** As it stands in a Cookie header. Null: the backend keeps the one it was shown. */
  readonly refreshToken: string | null
  /** Seconds the refresh token lives, if the backend tells. */
  readonly refreshTokenMaxAge: number | null
  readonly userData: UserData | null
  /** Set-Cookie headers of other cookies, byte for byte. */
  readonly otherCookies: readonly string[]
}

/**
 * `refused` is the backend's explicit word and final; `unavailable` says nothing about the session. `retryAfter`: the
 * milliseconds that a backend which is asked too much wants to be left alone.
 */
export type RefreshAnswer =
  | { readonly result: 'rotated'; readonly tokens: IssuedTokens }
  | { readonly result: 'refused'; readonly reason: string }
  | { readonly result: 'unavailable'; readonly reason: string; readonly retryAfter?: number }

/** What of the browser's request the backend gets to see. */
export type RefreshContext = {
  readonly forwardedFor: string | null
  readonly userAgent: string | null
  readonly traceparent: string
  readonly cookies: string
}

const REFUSALS = new Set([400, 401, 403])
const ACCESS_COOKIE = /^(?:__Host-|__Secure-)?accessToken$/
const REFRESH_COOKIE = /^(?:__Host-|__Secure-)?refreshToken$/

/** One call of `POST /refreshtoken`. Throws when no answer came; `signal` ends it. */
export async function callRefresh(call: {
  readonly fetch: Fetch
  readonly remoteApi: string
  readonly refreshToken: string
  readonly context: RefreshContext
  readonly signal: AbortSignal
  readonly now: number
}): Promise<RefreshAnswer> {
  const { context } = call
  const headers = new Headers({
    accept: 'application/json',
    cookie: [`refreshToken=${call.refreshToken}`, context.cookies].filter(Boolean).join('; '),
    traceparent: context.traceparent,
  })
  if (context.forwardedFor !== null) headers.set('x-forwarded-for', context.forwardedFor)
  if (context.userAgent !== null) headers.set('user-agent', context.userAgent)
  const response = await call.fetch(`${call.remoteApi}/refreshtoken`, {
    method: 'POST',
    headers,
    redirect: 'manual',
    cache: 'no-store',
    signal: call.signal,
  })
  const body = await response.text()
  if (REFUSALS.has(response.status))
    return { result: 'refused', reason: errorCode(body) ?? `status_${response.status}` }
  if (!response.ok) {
    const reason = `status_${response.status}`
    const wanted = response.status === 429 ? response.headers.get('retry-after') : null
    return { result: 'unavailable', reason, ...(wanted && { retryAfter: readRetryAfter(wanted, call.now) }) }
  }
  const tokens = readIssuedTokens(body, response.headers.getSetCookie(), call.now)
  return tokens ? { result: 'rotated', tokens } : { result: 'unavailable', reason: 'malformed_answer' }
}

/** RFC 9110 10.2.3: seconds, or a date. Milliseconds; 0 for anything else. */
function readRetryAfter(text: string, now: number): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1000 - now
  return Math.max(0, seconds * 1000) || 0
}

/**
 * Reads tokens from a JSON body, from Set-Cookie headers, or from both, where the body wins. Undefined when the answer
 * holds no access token, or something of the wrong shape. `now` in seconds.
 */
export function readIssuedTokens(
  body: string,
  setCookies: readonly string[],
  now: number,
): IssuedTokens | undefined {
  const json = parseObject(body) ?? {}
  const { accessToken, refreshToken, userData } = json
  const received = setCookies.map((header) => ({ header, cookie: parseSetCookie(header, now) }))
  const named = (pattern: RegExp) =>
    received.find(({ cookie }) => cookie && pattern.test(cookie.name))?.cookie
  const refreshCookie = named(REFRESH_COOKIE)
  const access = accessToken ?? named(ACCESS_COOKIE)?.value
  const refresh =
    refreshToken === undefined || refreshToken === null ? refreshCookie?.value : inCookie(refreshToken)
  if (typeof access !== 'string' || access === '') return undefined
  if (refresh !== undefined && (!refresh || !isCookieValue(refresh))) return undefined
  if (userData !== undefined && userData !== null && !isUserData(userData)) return undefined
  return {
    accessToken: access,
    refreshToken: refresh ?? null,
    refreshTokenMaxAge: refreshCookie?.maxAge ?? null,
    userData: isUserData(userData) ? userData : null,
    otherCookies: received
      .filter(({ cookie }) => cookie && !ACCESS_COOKIE.test(cookie.name) && !REFRESH_COOKIE.test(cookie.name))
      .map(({ header }) => header),
  }
}

/** A token from JSON as it goes into a Cookie header, encoded where its grammar or its readers need it; null for no text. */
function inCookie(token: unknown): string | null {
  if (typeof token !== 'string' || /\p{Surrogate}/u.test(token)) return null
  return isCookieValue(token) ? encodeValue(token) : encodeURIComponent(token)
}

/** The `error` of an OAuth-like error body, if it is one word (RFC 6749 5.2). */
function errorCode(body: string): string | undefined {
  const code = parseObject(body)?.error
  return typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? code : undefined
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return isUserData(value) ? value : undefined
  } catch {
    return undefined
  }
}
