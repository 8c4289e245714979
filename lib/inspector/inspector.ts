import type { RequestSession } from '../gateway/response/outcome.ts'
import { handedOn, handOn, passOn, reachesTheApp } from '../next/handed-on.ts'
import { logEvent } from '../next/log.ts'
import type { GatewayInspector, OwnMiddleware } from '../next/middleware.ts'
import { MARK } from './mark.ts'
import { createBrowsers } from './record/browsers.ts'
import { createPlaces } from './record/places.ts'
import { createRecorder } from './record/recorder.ts'
import { streamOf } from './record/stream.ts'

/** Options of {@link inspector}. */
export type InspectorOptions = {
  /**
   * The role that sees the inspector. Default none: it is there in development alone. In development everybody who is signed in sees
   * it.
   */
  readonly role?: string
  /** Where its page is, without `basePath`. Default `/inspector`. */
  readonly path?: string
}

type NextRequest = Parameters<OwnMiddleware>[0]

/** Which browser a request comes from: one that has only a refresh token left tells the gateway no session. */
const BROWSER_COOKIE = 'inspector'

/**
 * Shows what the gateway decides, on a page of your app (docs/inspector.md). A value of the option `inspector` of `createGateway()`; the page
 * is `evergate/inspector/page`. For everybody else the page and its stream are 404.
 *
 * @example
 * export const middleware = createGateway({ inspector: inspector({ role: 'admin' }) })
 */
export function inspector({ role, path = '/inspector' }: InspectorOptions = {}): GatewayInspector {
  const streamPath = `${path}/events`
  const recorder = createRecorder({ clock: Date.now, run: crypto.randomUUID(), streamPath })
  const browsers = createBrowsers()
  const places = createPlaces({ person: 10, all: 200 })
  // A global of the edge runtime, and of Next's Node runtime.
  const browserOfRequest = new AsyncLocalStorage<string>()

  const maySee = (session: RequestSession | null): session is RequestSession =>
    session !== null &&
    (process.env.NODE_ENV === 'development' || (role !== undefined && session.roles.includes(role)))

  return ({ inspector: _, onEvent = logEvent, next, ...options }, create) => {
    const gateway = create({
      ...options,
      onEvent(event) {
        onEvent(event)
        recorder.record(event, browsers.sessionOf(browserOfRequest.getStore() ?? null))
      },
      async next(request, session) {
        const browser = request.cookies.get(BROWSER_COOKIE)?.value
        const isSeen = maySee(session)
        if (isSeen) {
          recorder.meet(session.sid, session.subject)
          if (browser !== undefined) browsers.hold(browser, session.sid)
        }
        const asked = request.nextUrl.pathname.replace(/\/$/, '')
        if (asked !== path && asked !== streamPath) return await next?.(request, session)
        if (!isSeen) return new Response('Not found', { status: 404 })
        if (asked === streamPath) return answerStream(request, session, browser)
        request.headers.set(MARK, `${request.nextUrl.basePath}|${path}`)
        const own = (await next?.(request, session)) ?? passOn(null)
        if (!handedOn(own)?.has(MARK)) return withHeaders(own, request.headers)
        return own
      },
    })
    return (request, event) => {
      const browser = request.cookies.get(BROWSER_COOKIE)?.value
      const handle = () => gateway(request, event)
      return browser === undefined ? handle() : browserOfRequest.run(browser, handle)
    }
  }

  function answerStream(
    request: NextRequest,
    session: RequestSession,
    browser: string | undefined,
  ): Response | undefined {
    if (request.method === 'HEAD') return new Response(null)
    if (request.method !== 'GET') return undefined
    const after = request.headers.get('last-event-id') ?? request.nextUrl.searchParams.get('after')
    const leave = places.take(session.subject)
    // The page asks again, after ever longer pauses.
    if (leave === null) return new Response(null, { status: 429, headers: { 'retry-after': '30' } })
    const response = streamOf(recorder, session.sid, after, leave)
    if (browser === undefined) {
      const name = crypto.randomUUID()
      browsers.hold(name, session.sid)
      const secure = request.nextUrl.protocol === 'https:' ? '; Secure' : ''
      response.headers.append(
        'set-cookie',
        `${BROWSER_COOKIE}=${name}; Path=/; HttpOnly; SameSite=Lax${secure}`,
      )
    }
    return response
  }
}

/** The page needs the mark, whatever one's own middleware hands on. An answer that does not reach the page stays as it is. */
function withHeaders(own: Response, headers: Headers): Response {
  if (!reachesTheApp(own)) return own
  const response = new Response(own.body, own)
  const given = handedOn(own) ?? headers
  const mark = headers.get(MARK)
  if (mark !== null) given.set(MARK, mark)
  handOn(response, given)
  return response
}
