import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { compileBodySizes } from '../../gateway/request/size.ts'
import { sharedOptions } from '../environment.ts'
import type { SharedOptions } from '../options.ts'
import { watchConnections } from './connections.ts'
import { finishAnswers } from './finish-answers.ts'
import { hideCookies } from './hidden-cookies.ts'
import { whenNextReads } from './next-body.ts'
import { guardBody } from './request-body.ts'
import { sandboxWhenAsked } from './sandbox.ts'

/** The message of Node's channel `http.server.request.start`, which comes before anything else hears of the request. */
type Started = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly server: Server
}

type GuardOptions = Pick<SharedOptions, 'maxBodySizes'> & { readonly basePath?: string }

const GUARDED = Symbol.for('evergate.guarded')
/** Milliseconds, Node's own default and ours; Node looks every 30 seconds. */
const [NODE_HEADERS_TIMEOUT, HEADERS_TIMEOUT] = [60_000, 15_000]

/**
 * Stands before Next in a Node process, once for all its requests:
 *
 * - cookies that the gateway sets are seen by the browser alone. Next, and OpenNext's adapters, would show them to the app, and
 *   to what it calls, as a request header;
 * - the body of a request is left to what answers it. Next would keep it in memory before anybody is refused;
 * - requests that are sent in half do not stay;
 * - `x-forwarded-for` is the address of the connection, and not the client's word, unless `TRUST_PROXY` is set;
 * - an answer's own `Cache-Control` is kept where it forbids shared caches, and `TRACE` is answered 405;
 * - answers of the backend have their own `Content-Security-Policy`, also where the app has set another.
 *
 * `withGateway()` calls it where it is read at start. A standalone build reads no configuration, and neither does one for functions: there
 * `instrumentation.ts` does, before all else. In functions without a server of Node's it does the first of these alone.
 * Elsewhere than in Node it does nothing.
 *
 * @param options those of `withGateway()`, which the build holds.
 * @example instrumentation.ts
 * export function register() {
 *   guardServer()
 * }
 */
export function guardServer(options: GuardOptions = sharedOptions()): void {
  const { maxBodySizes = {}, basePath = '' } = options
  // Next writes this variable into each bundle; on the edge, looking at more of `process` throws.
  if (process.env.NEXT_RUNTIME === 'edge' || GUARDED in globalThis) return
  const channels = process.getBuiltinModule('node:diagnostics_channel')
  Object.assign(globalThis, { [GUARDED]: true })
  hideCookies(process.getBuiltinModule('node:http').IncomingMessage.prototype)
  const sizeOf = compileBodySizes(maxBodySizes)
  const finish = finishAnswers()
  const meet = watchConnections(process.env, HEADERS_TIMEOUT)
  channels.subscribe('http.server.request.start', (message) => {
    const { request, response, server } = message as Started
    meet(request)
    finish(request, response)
    sandboxWhenAsked(response)
    whenNextReads(request, () => {
      if (server.headersTimeout === NODE_HEADERS_TIMEOUT) server.headersTimeout = HEADERS_TIMEOUT
      const [path = ''] = (request.url ?? '').split('?')
      const inside = `${path}/`.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path
      return guardBody(request, response, sizeOf(inside || '/'))
    })
  })
}
