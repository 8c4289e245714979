import { failureEvent } from '../gateway/renewal/failure.ts'
import { readTraceparent, traceIdOf } from '../gateway/request/traceparent.ts'
import { authorizeCall } from './backend-call.ts'
import { proxiedAnswer, proxiedRequest } from './backend-headers.ts'
import { backendUrl } from './backend-url.ts'
import { currentSettings } from './current-request.ts'
import { gatewayReport, verifiedSession } from './session.ts'
import { signalOf } from './session-signal.ts'

type RouteContext = { readonly params: Promise<{ readonly path: string[] }> }

/** Options of {@link createBackendProxy}. */
export type BackendProxyOptions = {
  /**
   * Whether the backend's documents (HTML) are the app's own: they run in its origin, by the backend's `Content-Security-Policy` or
   * none. Otherwise they arrive as plain text, and nothing that the backend answers runs. Default false.
   */
  readonly documents?: boolean
  /**
   * Whether an answer that is still streaming ends with the access token it was asked for with, and not only with the session.
   * Default false.
   */
  readonly endsWithToken?: boolean
  /**
   * Whether the backend's paths end with a slash. Next redirects a path with one to that without, so the proxy adds it again, to any
   * path whose last segment has no dot. Default: as the backend says (`trailingSlash` of `apiBackend()`), else false.
   */
  readonly trailingSlash?: boolean
  /**
   * Requests of people without a session. `pass`: they go on without a token, for what the backend has for everybody, such as registering
   * and forgotten passwords; a rule must make their paths public, too. `refuse`: 401. Default `refuse`.
   */
  readonly signedOut?: 'refuse' | 'pass'
}

/**
 * A route handler that passes requests on to the backend, with the session's bearer token instead of its cookies. Bodies
 * stream in both directions, until the session ends. Redirects are handed on, not followed. Headers pass by a list
 * (docs/backend.md), to which `forwardHeaders` and
 * `relayHeaders` of `withGateway()` add.
 *
 * @example app/api/backend/[...path]/route.ts
 * const proxy = createBackendProxy()
 * export { proxy as GET, proxy as POST, proxy as PUT, proxy as PATCH, proxy as DELETE }
 */
export function createBackendProxy({
  documents = false,
  endsWithToken = false,
  trailingSlash,
  signedOut = 'refuse',
}: BackendProxyOptions = {}): (request: Request, context: RouteContext) => Promise<Response> {
  return async (request, context) => {
    const settings = currentSettings()
    const session = await verifiedSession()
    if (!session && signedOut === 'refuse') return unauthenticated()
    // Somebody may be signed in all the same: it cannot be told right now.
    if (!session && (await gatewayReport())?.outcome === 'degraded') return unavailable()
    const ending = session ? signalOf(session, { endsWithToken }) : NEVER
    const { path } = await context.params
    const endsWithSlash = trailingSlash ?? settings.backend?.trailingSlash ?? false
    const url = backendUrl(
      settings.remoteApi,
      pathBehindProxy(new URL(request.url), path.length, endsWithSlash),
    )
    if (!url) return answer(404, 'not_found')
    const headers = proxiedRequest(request.headers, settings)
    if (session) authorizeCall(headers, session.accessToken, settings)
    try {
      const response = await fetch(url, {
        method: request.method,
        headers,
        body: request.body,
        redirect: 'manual',
        cache: 'no-store',
        signal: AbortSignal.any([request.signal, ending]),
        // Node's fetch needs to be told that the body is a stream; the DOM's types do not know the option.
        ...({ duplex: 'half' } as object),
      })
      return new Response(response.body, {
        status: response.status,
        headers: proxiedAnswer(response.headers, settings, documents),
      })
    } catch (error) {
      if (ending.aborted) return unauthenticated()
      // A visitor who has left is no failure of the backend.
      if (!request.signal.aborted) {
        const traceId = traceIdOf(readTraceparent(request.headers))
        settings.onEvent(failureEvent(error, session?.accessToken ?? '', traceId, 'proxy: '))
        settings.onEvent({ type: 'backend.unavailable', reason: 'no_answer', traceId })
      }
      return unavailable()
    }
  }
}

/** Of what no session ends. */
const NEVER = new AbortController().signal

/** The last `length` segments as they were sent, so that nothing is decoded twice. */
function pathBehindProxy(url: URL, length: number, endsWithSlash: boolean): string {
  const segments = url.pathname.replace(/\/$/, '').split('/').slice(-length)
  const slash = endsWithSlash && !segments.at(-1)?.includes('.') ? '/' : ''
  return `/${segments.join('/')}${slash}${url.search}`
}

const unavailable = () => answer(503, 'temporarily_unavailable', { 'retry-after': '5' })
const unauthenticated = () => answer(401, 'unauthenticated', { 'www-authenticate': 'Bearer' })

function answer(status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error }, { status, headers: { 'cache-control': 'private, no-store', ...headers } })
}
