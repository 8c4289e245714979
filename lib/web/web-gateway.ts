import type { SessionGateway } from '../gateway/gateway.ts'
import { createSessionGateway } from '../gateway/gateway.ts'
import type { GatewayOptions, GatewaySettings } from '../gateway/options.ts'
import { resolveOptions } from '../gateway/options.ts'
import type { WaitUntil } from '../gateway/platform.ts'
import { createSessionReader } from '../gateway/session-reader.ts'
import { optionsFromEnvironment } from '../next/environment.ts'
import { logEvent } from '../next/log.ts'
import { openVisit } from './open-visit.ts'
import { seal } from './seal.ts'
import type { Visit } from './visit.ts'

/** Options of {@link createWebGateway}. Options that are left out come from the environment, as for `evergate/next`. */
export type WebGatewayOptions = Partial<GatewayOptions>

/** Facts about a request that it does not hold itself. */
export type HandleOptions = {
  /** The address of the connection. Behind a proxy that is trusted it is not used. Default: none is known. */
  readonly address?: string | undefined
  /** Is handed what goes on after the answer, on hosts that stop when they have answered. Default: nobody waits. */
  readonly waitUntil?: WaitUntil | undefined
  /** The request that is judged in the place of the app's, with another address or other headers. Default: the app's. */
  readonly judged?: Request | undefined
}

/** A gateway for any framework whose requests and responses are `Request` and `Response`. */
export type WebGateway = {
  /**
   * Decides what becomes of a request, renews its session when that is due, and lets `respond` answer one that may pass. The
   * response that leaves has the session's cookies, whatever `respond` has made.
   */
  handle(
    request: Request,
    respond: (visit: Visit) => Response | Promise<Response>,
    options?: HandleOptions,
  ): Promise<Response>
}

/** The parts that are made once, at the first request. */
type Opened = {
  readonly gateway: SessionGateway
  readonly settings: GatewaySettings
  readonly read: ReturnType<typeof createSessionReader>
}

/**
 * Makes a gateway for a server of any framework. Keep one per process: renewals are shared by all requests that go through it.
 * An option that cannot be used is a `GatewayError` of the first request.
 *
 * @example
 * const gateway = createWebGateway({ rules: [{ path: '/login', require: 'public' }] })
 * export const answer = (request: Request) =>
 *   gateway.handle(request, ({ session }) => Response.json(session?.user ?? null))
 */
export function createWebGateway(options: WebGatewayOptions = {}): WebGateway {
  let opened: Opened | undefined
  return {
    async handle(request, respond, { address, waitUntil, judged = request } = {}) {
      const startedAt = performance.now()
      // Not before the first request: bundlers load a server's code where there are no secrets.
      opened ??= open(options)
      const { gateway, settings, read } = opened
      const known = settings.trustProxy ? judged : ofConnection(judged, address)
      const outcome = await gateway.handle(known, waitUntil)
      const milliseconds = performance.now() - startedAt
      if (outcome.refusal) return seal(outcome.refusal, outcome, [], milliseconds)
      const asSeen = outcome.requestHeaders ?? known.headers
      const { visit, setCookies } = await openVisit(request, asSeen, outcome, settings, read)
      const response = await respond(visit)
      return seal(response, outcome, setCookies(), milliseconds)
    },
  }
}

function open(own: WebGatewayOptions): Opened {
  const env = globalThis.process?.env ?? {}
  const { cookieSecure, proxies, ...environment } = optionsFromEnvironment(env)
  // Unlike Next, a server of one's own says by itself whether a connection was encrypted.
  const isSet = ['true', 'false'].includes(env.COOKIE_SECURE ?? '')
  const options: GatewayOptions = {
    onEvent: logEvent,
    ...environment,
    cookieSecure: isSet ? (cookieSecure ?? 'auto') : 'auto',
    // The address that `handle()` is given, or the word of so many proxies.
    proxies: proxies || 1,
    ...own,
  }
  const settings = resolveOptions(options)
  return { gateway: createSessionGateway(options), settings, read: createSessionReader(settings) }
}

/** A client's own word on its address goes nowhere. */
function ofConnection(request: Request, address: string | undefined): Request {
  if (address === undefined && !request.headers.has('x-forwarded-for')) return request
  const headers = new Headers(request.headers)
  headers.delete('x-forwarded-for')
  if (address !== undefined) headers.set('x-forwarded-for', address)
  return new Request(request.url, { method: request.method, headers })
}
