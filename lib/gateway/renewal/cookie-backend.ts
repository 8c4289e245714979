import { isJsonObject } from '../json-object.ts'
import type { Backend, CookieCalls } from './backend.ts'
import { forwardedHeaders, lost, unavailable } from './backend.ts'
import { NAMES, parseJson, readIssuedTokens } from './issued-tokens.ts'
import { wasNotSent } from './unsent.ts'

/** Options of {@link cookieBackend}. */
export type CookieBackendOptions = CookieCalls & {
  /** Default `/refreshtoken`. */
  readonly path?: string
  /** Default `POST`. */
  readonly method?: string
  /** A JSON body that goes with the call, made of the refresh token as it stands in the cookie. Default: none. */
  readonly body?: (refreshToken: string) => unknown
  /**
   * Whether an answer ends the session. `body` is its JSON value, or its text when it is no JSON.
   * Default: 400, 401 or 403 with a JSON object whose `error` is a string.
   */
  readonly refused?: (status: number, body: unknown) => boolean
  /**
   * Whether a call that may have reached the backend is repeated with the same refresh token. Set it for a backend that
   * answers the parent with the same child for some seconds. A header `Refresh-Grace` in the backend's answers (seconds,
   * or `lenient`) decides instead of it. Default false.
   */
  readonly repeat?: boolean
}

const REFUSALS = new Set([400, 401, 403])

/** A firewall's page, or a proxy's, has no such body and signs nobody out. */
const isRefusal = (status: number, body: unknown) =>
  REFUSALS.has(status) && isJsonObject(body) && typeof body.error === 'string'

/**
 * A backend that takes the refresh token in a cookie.
 *
 * @example
 * cookieBackend({ remoteApi: 'https://api.example', path: '/auth/renew', names: { refreshToken: 'rt' } })
 */
export function cookieBackend(options: CookieBackendOptions): Backend {
  const { remoteApi, path = '/refreshtoken', method = 'POST', body, refused = isRefusal } = options
  const names = { ...NAMES, ...options.names }
  let { repeat = false } = options
  return {
    cookies: options,
    async refresh({ refreshToken }, { fetch, signal, now, ...context }) {
      const headers = {
        ...forwardedHeaders(context),
        cookie: `${names.refreshToken}=${refreshToken}${context.cookies && `; ${context.cookies}`}`,
        ...(body && { 'content-type': 'application/json' }),
      }
      const init: RequestInit = {
        method,
        headers,
        redirect: 'manual',
        cache: 'no-store',
        signal,
        ...(body && { body: JSON.stringify(body(refreshToken)) }),
      }
      let response: Response
      let text: string
      try {
        response = await fetch(remoteApi + path, init)
        text = await response.text()
      } catch (error) {
        return (repeat || wasNotSent(error) ? unavailable : lost)('no_answer')
      }
      const { status } = response
      const grace = readGrace(response.headers.get('refresh-grace'))
      if (grace !== undefined) repeat = grace > 0
      const json = parseJson(text)
      if (refused(status, json)) return { result: 'refused', reason: errorCode(json) ?? `status_${status}` }
      if (status === 429) return { ...unavailable('status_429'), ...wantedPause(response.headers, now) }
      if (!response.ok) return (repeat ? unavailable : lost)(`status_${status}`)
      const tokens = readIssuedTokens(text, response.headers.getSetCookie(), now, names)
      if (!tokens) return (repeat ? unavailable : lost)('malformed_answer')
      return { result: 'rotated', tokens, ...(grace !== undefined && { grace }) }
    },
  }
}

/** Seconds in which a backend says it repeats its answer; undefined when it does not say. */
function readGrace(text: string | null): number | undefined {
  if (text === 'lenient') return Number.POSITIVE_INFINITY
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined
}

/** How long a backend that has too much to do wants no call, if it says so. */
export function wantedPause(headers: Headers, now: number): { readonly retryAfter?: number } {
  const wanted = headers.get('retry-after')
  return wanted ? { retryAfter: readRetryAfter(wanted, now) } : {}
}

/** RFC 9110 10.2.3: seconds, or a date. Milliseconds; 0 for anything else. */
function readRetryAfter(text: string, now: number): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1000 - now
  return Math.max(0, seconds * 1000) || 0
}

/** The `error` of an OAuth-like error body, if it is one word (RFC 6749 5.2). */
function errorCode(body: unknown): string | undefined {
  const code = isJsonObject(body) ? body.error : undefined
  return typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? code : undefined
}
