import { readSessionCookies } from '../gateway/cookies/session-cookies.ts'
import { readTraceparent, traceIdOf } from '../gateway/request/traceparent.ts'
import { calledWith } from './backend-headers.ts'
import { backendUrl } from './backend-url.ts'
import type { CurrentRequest } from './current-request.ts'
import { currentRequest } from './current-request.ts'
import { verifiedSession } from './session.ts'

/** A call with the deadline of a renewal; undefined when no answer came. */
export async function callBackend(
  request: CurrentRequest,
  path: string,
  init: RequestInit & { headers: Record<string, string> },
): Promise<Response | undefined> {
  const { settings } = request
  try {
    return await settings.fetch(`${settings.remoteApi}${path}`, {
      ...init,
      headers: {
        ...Object.fromEntries(calledWith(request.headers, settings)),
        accept: 'application/json',
        ...init.headers,
      },
      redirect: 'manual',
      cache: 'no-store',
      signal: AbortSignal.timeout(settings.refreshTimeout),
    })
  } catch {
    settings.onEvent({
      type: 'backend.unavailable',
      reason: 'no_answer',
      traceId: traceIdOf(readTraceparent(request.headers)),
    })
    return undefined
  }
}

/** The refresh cookie as the backend knows it, so that it can end the session it belongs to. */
export function presentedRefreshCookie({ pairs, settings, secure }: CurrentRequest): Record<string, string> {
  const { refreshToken } = readSessionCookies(pairs, settings, secure).values
  return refreshToken === undefined ? {} : { cookie: `refreshToken=${refreshToken}` }
}

/**
 * Calls the backend as the signed-in person: `fetch` with the session's bearer token (RFC 6750). In server components,
 * actions and route handlers.
 *
 * @param path under `REMOTE_API`, with a leading slash and no segment `.` or `..`, however it is encoded.
 * @throws {TypeError} when the path leaves `REMOTE_API`, or no answer came.
 * @example
 * const response = await backendFetch('/notes', { method: 'POST', body: 'milk' })
 * if (response.status === 401) redirect('/login')
 */
export async function backendFetch(path: string, init: RequestInit = {}): Promise<Response> {
  const request = await currentRequest()
  const session = await verifiedSession()
  const url = backendUrl(request.settings.remoteApi, path)
  if (!url) throw new TypeError(`"${path}" is not a path of the backend`)
  const headers = calledWith(request.headers, request.settings)
  headers.set('accept', 'application/json')
  for (const [name, value] of new Headers(init.headers)) headers.set(name, value)
  if (session) headers.set('authorization', `Bearer ${session.accessToken}`)
  return fetch(url, { redirect: 'manual', cache: 'no-store', ...init, headers })
}
