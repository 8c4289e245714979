import { formatCookieHeader, parseCookieHeader } from '../gateway/cookies/header.ts'
import { isSessionCookieName } from '../gateway/cookies/session-cookies.ts'
import { parseSetCookie } from '../gateway/cookies/set-cookie.ts'
import type { GatewaySettings } from '../gateway/options.ts'
import { readTraceparent, traceIdOf } from '../gateway/request/traceparent.ts'
import { authorizeCall, backendUrl } from './backend-call.ts'
import { currentSettings } from './current-request.ts'
import { verifiedSession } from './session.ts'

type RouteContext = { readonly params: Promise<{ readonly path: string[] }> }

/** RFC 9110 7.6.1: for one connection only. What `Connection` names is added to them. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]
/** `fetch` makes its own. */
const REQUEST_ONLY = ['host', 'content-length', 'accept-encoding', 'expect', 'authorization']
/** `fetch` has decoded the body; the others speak for the host that the browser sees, which the backend is not. */
const RESPONSE_ONLY = [
  'content-encoding',
  'content-length',
  'set-cookie',
  'strict-transport-security',
  'clear-site-data',
  'access-control-allow-origin',
  'access-control-allow-credentials',
]

/**
 * A route handler that passes requests on to the backend, with the session's bearer token instead of its cookies. Answers
 * stream; Next itself collects a request's body before a handler runs where there is a middleware. Redirects are handed
 * on, not followed.
 *
 * @example app/api/backend/[...path]/route.ts
 * const proxy = createBackendProxy()
 * export { proxy as GET, proxy as POST, proxy as PUT, proxy as PATCH, proxy as DELETE }
 */
export function createBackendProxy(): (request: Request, context: RouteContext) => Promise<Response> {
  return async (request, context) => {
    const settings = currentSettings()
    const session = await verifiedSession()
    if (!session) return answer(401, 'unauthenticated', { 'www-authenticate': 'Bearer' })
    const { path } = await context.params
    const url = backendUrl(settings.remoteApi, pathBehindProxy(new URL(request.url), path.length))
    if (!url) return answer(404, 'not_found')
    const headers = forwardableRequestHeaders(request.headers, settings)
    authorizeCall(headers, session.accessToken, settings)
    try {
      const response = await fetch(url, {
        method: request.method,
        headers,
        body: request.body,
        redirect: 'manual',
        cache: 'no-store',
        signal: request.signal,
        // Node's fetch needs to be told that the body is a stream; the DOM's types do not know the option.
        ...({ duplex: 'half' } as object),
      })
      return new Response(response.body, {
        status: response.status,
        headers: forwardableResponseHeaders(response.headers, settings),
      })
    } catch {
      const traceId = traceIdOf(readTraceparent(request.headers))
      settings.onEvent({ type: 'backend.unavailable', reason: 'no_answer', traceId })
      return answer(503, 'temporarily_unavailable', { 'retry-after': '5' })
    }
  }
}

/** The last `length` segments as they were sent, so that nothing is decoded twice. */
function pathBehindProxy(url: URL, length: number): string {
  return `/${url.pathname.replace(/\/$/, '').split('/').slice(-length).join('/')}${url.search}`
}

function forwardableRequestHeaders(received: Headers, settings: GatewaySettings): Headers {
  const headers = withoutHopByHop(received, REQUEST_ONLY)
  for (const name of [...headers.keys()]) {
    if (name.startsWith('x-session') || name.startsWith('x-middleware-')) headers.delete(name)
  }
  const others = parseCookieHeader(headers.get('cookie')).filter(
    ({ name }) => !isSessionCookieName(name, settings),
  )
  if (others.length > 0) headers.set('cookie', formatCookieHeader(others))
  else headers.delete('cookie')
  return headers
}

function forwardableResponseHeaders(received: Headers, settings: GatewaySettings): Headers {
  const headers = withoutHopByHop(received, RESPONSE_ONLY)
  headers.set('cache-control', 'private, no-store')
  for (const cookie of received.getSetCookie()) {
    if (settings.relayCookies.includes(parseSetCookie(cookie, 0)?.name ?? ''))
      headers.append('set-cookie', cookie)
  }
  return headers
}

function withoutHopByHop(received: Headers, others: readonly string[]): Headers {
  const headers = new Headers(received)
  const named = (received.get('connection') ?? '').split(',').map((name) => name.trim())
  for (const name of [...HOP_BY_HOP, ...others, ...named]) if (/^[\w-]+$/.test(name)) headers.delete(name)
  return headers
}

function answer(status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error }, { status, headers: { 'cache-control': 'private, no-store', ...headers } })
}
