import type { Backend } from 'evergate/gateway'
import { cookieBackend } from 'evergate/gateway'
import type { GatewayEvent, RequestSession } from 'evergate/next'
import { logEvent } from 'evergate/next'
import type { NextRequest } from 'next/server'
import { BROKEN_COOKIE, isDemo } from '../_lib/demo'
import { STREAM_PATH } from '../_lib/recorded'
import { createBrowsers } from './browsers'
import { createPlaces } from './places'
import { createRecorder } from './recorder'
import { streamOf } from './stream'

/** The facts about a request while the gateway decides on it. */
type Visit = { readonly browser: string | null; readonly isBroken: boolean }

/** A global of the edge runtime. */
const visits = new AsyncLocalStorage<Visit>()
const recorder = createRecorder({ clock: Date.now, run: crypto.randomUUID() })
const browsers = createBrowsers()
const places = createPlaces({ person: 10, all: 200 })

/** Which browser a request comes from: one that has only a refresh token left tells the gateway no session. */
const BROWSER_COOKIE = 'inspector'

/** Runs what decides on a request so that {@link inspect} and {@link demoBackend} know which one it is. */
export function watch<Answer>(request: NextRequest, decide: () => Answer): Answer {
  const browser = request.cookies.get(BROWSER_COOKIE)?.value ?? null
  const isBroken = isDemo() && request.cookies.has(BROKEN_COOKIE)
  return browser !== null || isBroken ? visits.run({ browser, isBroken }, decide) : decide()
}

/** The gateway's `onEvent`. */
export function inspect(event: GatewayEvent): void {
  logEvent(event)
  recorder.record(event, browsers.sessionOf(visits.getStore()?.browser ?? null))
}

let usual: Backend | undefined

/** The default backend; in the demo it does not answer browsers that have asked for that. */
export const demoBackend: Backend = {
  async refresh(session, context) {
    // One visitor's switch is no word about the backend.
    if (visits.getStore()?.isBroken)
      return { result: 'unavailable', reason: 'broken_in_the_demo', alive: true }
    const remoteApi = (process.env.REMOTE_API || 'http://127.0.0.1:3001').replace(/\/+$/, '')
    usual ??= cookieBackend({ remoteApi, repeat: true })
    return usual.refresh(session, context)
  },
}

/** Answers the stream of decisions; undefined for every other request. */
export function answerStream(request: NextRequest, session: RequestSession | null): Response | undefined {
  if (session === null) return undefined
  recorder.meet(session.sid, session.subject)
  const browser = request.cookies.get(BROWSER_COOKIE)?.value
  if (browser !== undefined) browsers.hold(browser, session.sid)
  if (request.nextUrl.pathname !== STREAM_PATH) return undefined
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
