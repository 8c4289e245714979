import { encodeValue, isCookieValue } from '../cookies/header.ts'
import { parseSetCookie } from '../cookies/set-cookie.ts'
import { isJsonObject } from '../json-object.ts'
import type { Backend, IssuedTokens } from './backend.ts'
import { isWellFormed, unavailable } from './backend.ts'

/** Names of the tokens, in cookies and in a JSON answer alike. */
type TokenNames = { readonly accessToken: string; readonly refreshToken: string; readonly userData: string }

/** Options of {@link cookieBackend}. */
export type CookieBackendOptions = {
  /** Base URL, without a slash at its end. */
  readonly remoteApi: string
  /** Default `/refreshtoken`. */
  readonly path?: string
  /** Default `POST`. */
  readonly method?: string
  /** What your backend calls the tokens. Default: `accessToken`, `refreshToken`, `userData`. */
  readonly names?: Partial<TokenNames>
  /** A JSON body that goes with the call, made of the refresh token as it stands in the cookie. Default: none. */
  readonly body?: (refreshToken: string) => unknown
}

const REFUSALS = new Set([400, 401, 403])
const NAMES: TokenNames = { accessToken: 'accessToken', refreshToken: 'refreshToken', userData: 'userData' }

/**
 * A backend that takes the refresh token in a cookie, and must answer the same token with the same child for a while:
 * calls are repeated when no answer comes.
 *
 * @example
 * cookieBackend({ remoteApi: 'https://api.example', path: '/auth/renew', names: { refreshToken: 'rt' } })
 */
export function cookieBackend(options: CookieBackendOptions): Backend {
  const { remoteApi, path = '/refreshtoken', method = 'POST', body } = options
  const names = { ...NAMES, ...options.names }
  return {
    async refresh({ refreshToken }, { fetch, signal, now, ...context }) {
      const { forwardedFor, userAgent, traceparent, cookies } = context
      const headers = {
        accept: 'application/json',
        cookie: `${names.refreshToken}=${refreshToken}${cookies && `; ${cookies}`}`,
        traceparent,
        ...(forwardedFor !== null && { 'x-forwarded-for': forwardedFor }),
        ...(userAgent !== null && { 'user-agent': userAgent }),
        ...(body && { 'content-type': 'application/json' }),
      }
      try {
        const response = await fetch(remoteApi + path, {
          method,
          headers,
          redirect: 'manual',
          cache: 'no-store',
          signal,
          ...(body && { body: JSON.stringify(body(refreshToken)) }),
        })
        const text = await response.text()
        if (REFUSALS.has(response.status))
          return { result: 'refused', reason: errorCode(text) ?? `status_${response.status}` }
        if (!response.ok) {
          const wanted = response.status === 429 ? response.headers.get('retry-after') : null
          return {
            ...unavailable(`status_${response.status}`),
            ...(wanted && { retryAfter: readRetryAfter(wanted, now) }),
          }
        }
        const tokens = readIssuedTokens(text, response.headers.getSetCookie(), now, names)
        return tokens ? { result: 'rotated', tokens } : unavailable('malformed_answer')
      } catch {
        return unavailable('no_answer')
      }
    },
  }
}

/** RFC 9110 10.2.3: seconds, or a date. Milliseconds; 0 for anything else. */
export function readRetryAfter(text: string, now: number): number {
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
  names = NAMES,
): IssuedTokens | undefined {
  const json = parseObject(body)
  const received = setCookies.map((header) => {
    const cookie = parseSetCookie(header, now)
    return { header, cookie, name: cookie?.name.replace(/^__(Host|Secure)-/, '') }
  })
  const cookieOf = (role: 'accessToken' | 'refreshToken') =>
    received.find(({ name }) => name === names[role])?.cookie
  const refreshCookie = cookieOf('refreshToken')
  const refresh = json[names.refreshToken]
  const tokens = {
    accessToken: json[names.accessToken] ?? cookieOf('accessToken')?.value,
    refreshToken:
      (refresh === undefined || refresh === null ? refreshCookie?.value : inCookie(refresh)) ?? null,
    refreshTokenMaxAge: refreshCookie?.maxAge ?? null,
    userData: json[names.userData] ?? null,
    otherCookies: received
      .filter(({ name }) => name !== undefined && name !== names.accessToken && name !== names.refreshToken)
      .map(({ header }) => header),
  }
  return isWellFormed(tokens) ? tokens : undefined
}

/** A token from JSON as it goes into a Cookie header, encoded where its grammar or its readers need it; empty for no text. */
function inCookie(token: unknown): string {
  if (typeof token !== 'string' || /\p{Surrogate}/u.test(token)) return ''
  return isCookieValue(token) ? encodeValue(token) : encodeURIComponent(token)
}

/** The `error` of an OAuth-like error body, if it is one word (RFC 6749 5.2). */
function errorCode(body: string): string | undefined {
  const code = parseObject(body).error
  return typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? code : undefined
}

/** Without members when it is no JSON object. */
function parseObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return isJsonObject(value) ? value : {}
  } catch {
    return {}
  }
}
