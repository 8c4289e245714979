import { encodeValue, isCookieValue } from '../cookies/header.ts'
import { parseSetCookie } from '../cookies/set-cookie.ts'
import { isJsonObject } from '../json-object.ts'
import type { IssuedTokens } from './backend.ts'
import { isWellFormed } from './backend.ts'

/** Names of the tokens, in cookies and in a JSON answer alike. */
export type TokenNames = {
  readonly accessToken: string
  readonly refreshToken: string
  readonly userData: string
}

/** The names of the auth server. */
export const NAMES: TokenNames = {
  accessToken: 'accessToken',
  refreshToken: 'refreshToken',
  userData: 'userData',
}

/** The value of a JSON text, or the text itself when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
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
  const value = parseJson(body)
  const json = isJsonObject(value) ? value : {}
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
