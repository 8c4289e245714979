import type { Backend } from 'evergate/gateway'
import { cookieBackend } from 'evergate/gateway'
import type { NextRequest } from 'next/server'
import { BROKEN_COOKIE, isDemo } from '../_lib/demo'

/** Whether the request that is decided on comes from a browser with a broken backend. A global of the edge runtime. */
const broken = new AsyncLocalStorage<true>()

/** Runs what decides on a request so that {@link demoBackend} knows from which browser it comes. */
export function watch<Answer>(request: NextRequest, decide: () => Answer): Answer {
  return isDemo() && request.cookies.has(BROKEN_COOKIE) ? broken.run(true, decide) : decide()
}

let usual: Backend | undefined

/** The default backend; in the demo it does not answer browsers that have asked for that. */
export const demoBackend: Backend = {
  async refresh(session, context) {
    // One visitor's switch is no word about the backend.
    if (broken.getStore()) return { result: 'unavailable', reason: 'broken_in_the_demo', alive: true }
    const remoteApi = (process.env.REMOTE_API || 'http://127.0.0.1:3001').replace(/\/+$/, '')
    usual ??= cookieBackend({ remoteApi, repeat: true })
    return usual.refresh(session, context)
  },
}
