import type { CookiePair } from '../cookies/header.ts'
import { formatCookieHeader, isCookieValue, parseCookieHeader } from '../cookies/header.ts'
import type { PresentedCookies } from '../cookies/session-cookies.ts'
import { readSessionCookies } from '../cookies/session-cookies.ts'
import type { GatewaySettings } from '../options.ts'
import type { SentHeaders } from '../platform.ts'
import type { RefreshContext } from '../renewal/backend.ts'
import { clientOf } from './client.ts'
import type { compileDelivery, Delivery } from './delivery.ts'
import type { RequestKind } from './kind.ts'
import { requestKind } from './kind.ts'
import type { Route } from './routes.ts'
import { isSameOrigin } from './same-origin.ts'
import { readTraceparent } from './traceparent.ts'

/** What a request is, before anything in it is believed. */
export type RequestFacts = {
  readonly method: string
  readonly url: PathAndQuery
  readonly headers: ReadonlyMap<string, string>
  readonly kind: RequestKind
  readonly route: Route
  readonly delivery: Delivery
  /** Another server answers, by a rewrite of `next.config`. */
  readonly elsewhere: boolean
  readonly secure: boolean
  readonly pairs: readonly CookiePair[]
  readonly cookies: PresentedCookies
  readonly sameOrigin: boolean
  /** What the browser, or a proxy before the gateway, says of the trace (W3C Trace Context). */
  readonly traceparent: string | null
}

/** Where a request goes, without the `basePath`. `search` begins with a question mark, or is empty. */
export type PathAndQuery = { readonly pathname: string; readonly search: string }

export function readRequest(
  request: Request,
  settings: GatewaySettings,
  routeOf: (pathname: string) => Route,
  destinationOf: ReturnType<typeof compileDelivery>,
): RequestFacts {
  const { method } = request
  const headers = new Map(request.headers)
  const [, protocol = '', pathname = '', search = ''] = ADDRESS.exec(request.url) ?? []
  const url = { pathname: withoutBase(pathname, settings.basePath), search }
  const secure = isSecureRequest(headers, protocol, settings)
  const pairs = parseCookieHeader(headers.get('cookie') ?? null)
  const cookies = readSessionCookies(pairs, settings, secure)
  return {
    method,
    url,
    headers,
    secure,
    pairs,
    cookies,
    kind: requestKind(method, headers),
    route: routeOf(url.pathname),
    ...destinationOf({ pathname, search, headers, pairs }),
    sameOrigin: isSameOrigin({
      method,
      secFetchSite: headers.get('sec-fetch-site') ?? null,
      origin: headers.get('origin') ?? null,
      host: (settings.trustProxy && firstOf(headers.get('x-forwarded-host'))) || headers.get('host') || null,
      carriesSession: cookies.names.size > 0,
    }),
    traceparent: readTraceparent(headers),
  }
}

/** A `Request` holds its address parsed and written in the one normal way; parsing it again would be its dearest part here. */
const ADDRESS = /^([^:]+:)\/\/[^/?#]*([^?#]*)([^#]*)/

function withoutBase(pathname: string, basePath: string): string {
  return basePath && `${pathname}/`.startsWith(`${basePath}/`)
    ? pathname.slice(basePath.length) || '/'
    : pathname
}

/** Whether the browser came over https; `protocol` is what the server itself saw. */
export function isSecureRequest(
  headers: SentHeaders,
  protocol: string,
  settings: Pick<GatewaySettings, 'cookieSecure' | 'trustProxy'>,
): boolean {
  if (settings.cookieSecure !== 'auto') return settings.cookieSecure
  const forwarded = settings.trustProxy ? firstOf(headers.get('x-forwarded-proto')) : undefined
  return forwarded === undefined ? protocol === 'https:' : forwarded === 'https'
}

const firstOf = (list: string | null | undefined) => list?.split(',')[0]?.trim() || undefined

const sentBy = ({ headers }: RequestFacts) => ({
  forwardedFor: headers.get('x-forwarded-for') ?? null,
  userAgent: headers.get('user-agent') ?? null,
})

/** How the browser looks that has sent the request. */
export function clientOfRequest(facts: RequestFacts): string {
  const { forwardedFor, userAgent } = sentBy(facts)
  return clientOf(forwardedFor, userAgent)
}

/** What the backend is told of the browser's request; everything else stays here. */
export function refreshContext(
  facts: RequestFacts,
  forwardCookies: readonly string[],
  traceparent: string,
): RefreshContext {
  const forwarded = facts.pairs.filter(
    ({ name, value }) => forwardCookies.includes(name) && isCookieValue(value),
  )
  return {
    ...sentBy(facts),
    traceparent,
    cookies: formatCookieHeader(forwarded),
  }
}
