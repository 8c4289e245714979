import { formatCookieHeader, isCookieValue } from '../gateway/cookies/header.ts'
import { plainRefreshToken, readBoundCookies } from '../gateway/device/bound-session.ts'
import type { BackendCalls, BackendContext } from '../gateway/renewal/backend.ts'
import { visitorAddress } from '../gateway/request/facts.ts'
import { newTraceparent, readTraceparent, traceIdOf } from '../gateway/request/traceparent.ts'
import { cookieCalls } from './cookie-calls.ts'
import type { CurrentRequest } from './current-request.ts'

/** The app's calls of the backend, which is its own, or one that takes its refresh token in a cookie. */
export async function backendCalls(request: CurrentRequest): Promise<Partial<BackendCalls>> {
  const { backend, remoteApi } = request.settings
  if (backend && !backend.cookies) return backend
  return cookieCalls(backend?.cookies ?? { remoteApi }, await presentedRefreshToken(request))
}

/** The refresh token that the browser has shown, as the backend knows it. */
export const presentedRefreshToken = ({
  pairs,
  settings,
  secure,
}: CurrentRequest): Promise<string | undefined> =>
  plainRefreshToken(readBoundCookies(pairs, settings, secure).values.refreshToken, settings)

/** The context of a call for this request. It has the time of a renewal. */
export function backendContext({ settings, headers, pairs }: CurrentRequest): BackendContext {
  const { clock, fetch, forwardCookies, refreshTimeout } = settings
  const forwarded = pairs.filter(({ name, value }) => forwardCookies.includes(name) && isCookieValue(value))
  return {
    forwardedFor: visitorAddress(headers, settings.proxies),
    userAgent: headers.get('user-agent'),
    traceparent: readTraceparent(headers) ?? newTraceparent(),
    cookies: formatCookieHeader(forwarded),
    fetch,
    signal: AbortSignal.timeout(refreshTimeout),
    now: clock() / 1000,
  }
}

/** Tells of an answer that is missing or of no use. */
export function reportUnavailable({ settings, headers }: CurrentRequest, reason: string): void {
  settings.onEvent({ type: 'backend.unavailable', reason, traceId: traceIdOf(readTraceparent(headers)) })
}
