import type { NextFetchEvent, NextRequest } from 'next/server'
import type { SessionGateway } from '../gateway/gateway.ts'
import { createSessionGateway } from '../gateway/gateway.ts'
import type { GatewayOptions } from '../gateway/options.ts'
import type { Outcome, RequestSession } from '../gateway/response/outcome.ts'
import { backendOption } from './backend-option.ts'
import { isFinishedByServer, NO_STORE, UNFINISHED, withoutSharing } from './cache-control.ts'
import type { SetBy } from './config/option-table.ts'
import { optionsFromEnvironment, publicFilesFromBuild } from './environment.ts'
import { handedOn, handOn, passOn, reachesTheApp } from './handed-on.ts'
import { logEvent } from './log.ts'
import { fromOtherServer } from './other-server.ts'
import type { Refused } from './refused.ts'
import { decorated } from './refused.ts'
import { refuseUpgrade } from './refused-upgrade.ts'
import type { Telemetry } from './telemetry.ts'

/**
 * Your own middleware, run for requests that may pass. `request` already carries the renewed cookies. Return any
 * response (continue, rewrite, redirect, JSON) or nothing; the session's cookies leave with it.
 */
export type OwnMiddleware = (
  request: NextRequest,
  session: RequestSession | null,
) => Response | undefined | Promise<Response | undefined>

/** Options of {@link createGateway}; everything else comes from the environment and `withGateway()`. `docs/options.md` names them all. */
export type MiddlewareOptions = Pick<GatewayOptions, SetBy<'createGateway'>> & {
  readonly next?: OwnMiddleware
  /** Changes what a request is answered that may not pass. Default: nothing. */
  readonly refused?: Refused
  /** Default: none. `openTelemetry()` of `evergate/opentelemetry` makes one. */
  readonly telemetry?: Telemetry
  /** Shows on a page what the gateway decides. Default: none. `inspector()` of `evergate/inspector` makes one. */
  readonly inspector?: GatewayInspector
}

/** The function that `middleware.ts` exports. */
export type GatewayMiddleware = (
  request: NextRequest,
  event?: Pick<NextFetchEvent, 'waitUntil'>,
) => Promise<Response>

/** Makes a gateway that can be looked at, by way of `create`, which makes one that cannot. */
export type GatewayInspector = (
  options: MiddlewareOptions,
  create: (options: MiddlewareOptions) => GatewayMiddleware,
) => GatewayMiddleware

/**
 * Makes the function that `middleware.ts` (or `proxy.ts`) exports.
 *
 * @example
 * export const middleware = createGateway({
 *   rules: [
 *     { path: '/', require: 'public' },
 *     { path: '/admin/:path*', require: { roles: ['admin'] } },
 *   ],
 * })
 */
export function createGateway(options: MiddlewareOptions = {}): GatewayMiddleware {
  const { inspector, next, refused, telemetry, onEvent = logEvent, ...own } = options
  // It comes back without the inspector.
  if (inspector) return inspector(options, createGateway)
  let gateway: SessionGateway | undefined

  async function handle(request: NextRequest, event?: Pick<NextFetchEvent, 'waitUntil'>): Promise<Response> {
    const startedAt = performance.now()
    // Not before the first request: at build time there are no secrets yet.
    gateway ??= createSessionGateway({
      ...optionsFromEnvironment(process.env),
      publicFiles: publicFilesFromBuild(),
      ...backendOption(),
      ...own,
      onEvent,
      ...(telemetry && {
        fetch: telemetry.fetch,
        onEvent(event) {
          telemetry.onEvent(event)
          onEvent(event)
        },
      }),
    })
    // Asked now: one's own middleware may change the request.
    const isFinished = isFinishedByServer(request.headers)
    const outcome = await gateway.handle(request, (work) => event?.waitUntil(work))
    const duration = performance.now() - startedAt
    // These would replace those of the action's own answer; the page reads them from its request.
    if (outcome.followsAction && outcome.requestHeaders) {
      outcome.requestHeaders.delete('server-timing')
      tell(outcome.requestHeaders, outcome, duration)
    }
    const response = outcome.refusal
      ? refuseUpgrade(request, await decorated(request, outcome.outcome, outcome.refusal, refused))
      : await pass(request, outcome, next, gateway)
    // Where the gateway itself lets a request pass, there is no address to look for.
    const addressed = outcome.refusal || next ? withAbsoluteLocation(response, request.url) : response
    return seal(outcome.finish?.(addressed) ?? addressed, outcome, duration, isFinished)
  }

  return telemetry ? (request, event) => telemetry.request(request, () => handle(request, event)) : handle
}

async function pass(
  request: NextRequest,
  outcome: Outcome,
  next: OwnMiddleware | undefined,
  gateway: SessionGateway,
): Promise<Response> {
  const { requestHeaders: headers, session, rewrite } = outcome
  if (rewrite !== null) return passOn(headers, new URL(new URL(request.url).origin + rewrite).href)
  if (!next) return passOn(headers)
  if (headers) replaceHeaders(request, headers)
  const own = await next(request, session)
  if (!own) return passOn(headers)
  // Copied, because the headers of a redirect made by `Response.redirect` cannot be changed.
  const response = new Response(own.body, own)
  const foreign = await fromOtherServer(request, response, outcome, gateway)
  if (foreign) return foreign
  if (headers && reachesTheApp(response) && !handedOn(response)) handOn(response, headers)
  return response
}

/**
 * In place: another `NextRequest` would know nothing of `basePath`, `trailingSlash`, languages and what the platform has
 * put on this one, and only one of them could read the body.
 */
function replaceHeaders(request: NextRequest, headers: Headers): void {
  for (const name of [...request.headers.keys()]) if (!headers.has(name)) request.headers.delete(name)
  for (const [name, value] of headers) request.headers.set(name, value)
  // Next parses cookies once, when it makes the request.
  const RequestCookies = request.cookies.constructor as new (headers: Headers) => NextRequest['cookies']
  Object.defineProperty(request, 'cookies', {
    value: new RequestCookies(request.headers),
    configurable: true,
  })
}

/** Next takes absolute addresses only, and makes those of its own host relative again for the browser. */
function withAbsoluteLocation(response: Response, base: string): Response {
  const location = response.headers.get('location')
  if (location) response.headers.set('location', new URL(location, base).href)
  return response
}

function seal(response: Response, outcome: Outcome, duration: number, isFinished: boolean): Response {
  const { headers } = response
  if (!outcome.followsAction) tell(headers, outcome, duration)
  // Also over what a static page would say: a stored Set-Cookie would sign strangers in.
  if (outcome.noStore || headers.has('set-cookie')) forbidSharing(headers, outcome, isFinished)
  for (const cookie of outcome.setCookies) headers.append('set-cookie', cookie)
  return response
}

/** The app's own word stands where it forbids the same, and no cookie leaves with it. */
function forbidSharing(
  headers: Headers,
  { setCookies, refusal, followsAction }: Outcome,
  isFinished: boolean,
): void {
  const isSealed = setCookies.length > 0 || refusal || followsAction || headers.has('set-cookie')
  const own = headers.get('cache-control')
  if (isSealed) headers.set('cache-control', NO_STORE)
  else if (own === null && isFinished && headers.has('x-middleware-next')) headers.set(UNFINISHED, '1')
  else headers.set('cache-control', withoutSharing(own ?? ''))
}

/** The outcome for a request's session. Next hands an answer's headers on to the page, as headers of its request. */
function tell(headers: Headers, { outcome, renewal }: Outcome, duration: number): void {
  headers.set('x-session', outcome)
  headers.append('server-timing', `session;desc="${outcome}";dur=${duration.toFixed(1)}`)
  if (renewal)
    headers.append(
      'server-timing',
      `renewal;dur=${renewal.milliseconds}, traceparent;desc="${renewal.traceparent}"`,
    )
}
