import { formatCookieHeader, parseCookieHeader } from '../gateway/cookies/header.ts'
import type { GatewaySettings } from '../gateway/options.ts'
import { calledWith } from './backend-headers.ts'
import { backendUrl } from './backend-url.ts'
import { currentRequest } from './current-request.ts'
import { verifiedSession } from './session.ts'

/** Shows the API whose call it is, as the backend wants to be shown it. */
export function authorizeCall(
  headers: Headers,
  accessToken: string,
  { backend }: Pick<GatewaySettings, 'backend'>,
): void {
  const shown = backend?.authorize?.(accessToken) ?? { authorization: `Bearer ${accessToken}` }
  for (const [name, value] of Object.entries(shown))
    headers.set(name, name.toLowerCase() === 'cookie' ? withCookie(headers.get('cookie'), value) : value)
}

/** Other cookies, and this one in the place of any of its name: an API may believe the first. */
function withCookie(header: string | null, cookie: string): string {
  const names = new Set(parseCookieHeader(cookie).map(({ name }) => name))
  const others = parseCookieHeader(header).filter(({ name }) => !names.has(name))
  return [...others.map((pair) => formatCookieHeader([pair])), cookie].join('; ')
}

/**
 * Calls the backend as the signed-in person: `fetch` with the session's bearer token (RFC 6750), or as the configured backend
 * says. In server components, actions and route handlers.
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
  if (session) authorizeCall(headers, session.accessToken, request.settings)
  return fetch(url, { redirect: 'manual', cache: 'no-store', ...init, headers })
}
