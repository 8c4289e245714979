import { formatCookieHeader, parseCookieHeader } from '../gateway/cookies/header.ts'
import type { GatewaySettings } from '../gateway/options.ts'
import { currentRequest } from './current-request.ts'
import { verifiedSession } from './session.ts'

/** Headers of the browser's request that the backend is told. */
const FORWARDED = ['x-forwarded-for', 'user-agent', 'traceparent']

function forwardedHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    FORWARDED.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? '']] : [])),
  )
}

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

/** The address of a path under `remoteApi`; undefined for one that would leave it. */
export function backendUrl(remoteApi: string, pathAndQuery: string): URL | undefined {
  const base = new URL(`${remoteApi}/`)
  if (!URL.canParse(remoteApi + pathAndQuery) || !pathAndQuery.startsWith('/')) return undefined
  const url = new URL(remoteApi + pathAndQuery)
  return url.origin === base.origin && url.pathname.startsWith(base.pathname) ? url : undefined
}

/**
 * Calls the backend as the signed-in person: `fetch` with the session's bearer token (RFC 6750), or as the configured backend
 * says. In server components, actions and route handlers.
 *
 * @param path under `REMOTE_API`, with a leading slash.
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
  const headers = new Headers({ ...forwardedHeaders(request.headers), accept: 'application/json' })
  for (const [name, value] of new Headers(init.headers)) headers.set(name, value)
  if (session) authorizeCall(headers, session.accessToken, request.settings)
  return fetch(url, { redirect: 'manual', cache: 'no-store', ...init, headers })
}
