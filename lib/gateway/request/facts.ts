import type { CookiePair } from '../cookies/header.ts'
import { formatCookieHeader, isCookieValue, parseCookieHeader } from '../cookies/header.ts'
import type { PresentedCookies } from '../cookies/session-cookies.ts'
import { isSessionCookieName, readSessionCookies } from '../cookies/session-cookies.ts'
import type { SentHeaders } from '../platform.ts'
import type { RefreshContext } from '../renewal/backend.ts'
import type { PathAndQuery } from './address.ts'
import { partsOf, withoutBase } from './address.ts'
import { clientOf } from './client.ts'
import type { compileDelivery, Delivery } from './delivery.ts'
import { imageRequest } from './image.ts'
import type { RequestKind } from './kind.ts'
import { isFollowUp, requestKind } from './kind.ts'
import { isPreflight } from './preflight.ts'
import type { Route } from './routes.ts'
import { hasMethod, PUBLIC } from './routes.ts'
import { isSafeMethod, isSameOrigin, sameOrigin } from './same-origin.ts'
import type { ForwardSettings, RequestSettings, SchemeSettings, VisitorSettings } from './settings.ts'
import type { Excess } from './size.ts'
import { excessOf } from './size.ts'
import { readTraceparent } from './traceparent.ts'

/** The facts of a request, before anything in it is believed. */
export type RequestFacts = {
  readonly method: string
  readonly url: PathAndQuery
  /** The page that the request was sent from, as far as a person can come back to one. */
  readonly page: PathAndQuery
  readonly headers: ReadonlyMap<string, string>
  readonly kind: RequestKind
  readonly route: Route
  /** Of a request for Next's image optimizer: where the image lies; null: on another server, or it is no such request. */
  readonly imageSource: string | null
  readonly delivery: Delivery
  /** Another server answers, by a rewrite of `next.config`. */
  readonly elsewhere: boolean
  /** Next itself fetches the page that a server action redirects to, and hands its headers on with the action's answer. */
  readonly followsAction: boolean
  readonly secure: boolean
  /** Whether the browser came over https, for all that is known; `secure` is of cookies. */
  readonly isHttps: boolean
  readonly pairs: readonly CookiePair[]
  readonly cookies: PresentedCookies
  readonly sameOrigin: boolean
  /** The limit that the request exceeds, if any. */
  readonly excess: Excess | null
  /** The trace by the word of the browser, or of a proxy before the gateway (W3C Trace Context). */
  readonly traceparent: string | null
}

/** The options about paths, compiled. */
type Configured = {
  readonly routeOf: (pathname: string) => Route
  readonly bodySizeOf: (pathname: string) => number
  readonly destinationOf: ReturnType<typeof compileDelivery>
}

export function readRequest(
  request: Request,
  settings: RequestSettings,
  { routeOf, bodySizeOf, destinationOf }: Configured,
): RequestFacts {
  const { method } = request
  const headers = new Map<string, string>()
  // Half the time that the iterator of `Headers` takes.
  request.headers.forEach((value, name) => void headers.set(name, value))
  const [protocol, pathname, search] = partsOf(request.url)
  const withoutBasePath = (path: string) => withoutBase(path, settings.basePath)
  const url = { pathname: withoutBasePath(pathname), search }
  const secure = isSecureRequest(headers, protocol, settings)
  const isHttps = secure || protocol === 'https:'
  const sent = parseCookieHeader(headers.get('cookie') ?? null)
  // Browsers send no cookies with a preflight, and nothing in one is to be done as somebody.
  const preflight = isPreflight(method, headers)
  const pairs = preflight ? sent.filter(({ name }) => !isSessionCookieName(name, settings)) : sent
  const cookies = readSessionCookies(pairs, settings, secure)
  const kind = requestKind(method, headers)
  const image = imageRequest(url, settings.imagePath, routeOf, withoutBasePath)
  const route = preflight ? PUBLIC : (image?.route ?? routeOf(url.pathname))
  const followsAction = isFollowUp(headers)
  const { delivery, elsewhere } = destinationOf({ pathname, search, headers, pairs })
  const canDeliver = route.renew !== 'never' && hasMethod(route, method) && !followsAction
  const host = (settings.trustProxy && firstOf(headers.get('x-forwarded-host'))) || headers.get('host')
  const address = `${isHttps ? 'https' : 'http'}://${host ?? ''}`
  const from = kind === 'document' && !isSafeMethod(method) ? (headers.get('referer') ?? '') : ''
  return {
    method,
    url,
    page: sameOrigin(from, address) ? pathOf(from, settings.basePath) : url,
    headers,
    secure,
    isHttps,
    pairs,
    cookies,
    kind,
    route,
    excess: excessOf(url.pathname, headers, bodySizeOf),
    imageSource: image?.source ?? null,
    elsewhere,
    delivery: canDeliver ? delivery : 'impossible',
    followsAction,
    sameOrigin: isSameOrigin({
      method,
      secFetchSite: headers.get('sec-fetch-site') ?? null,
      origin: headers.get('origin') ?? null,
      address,
      allowedOrigins: settings.allowedOrigins,
      carriesSession: cookies.names.length > 0,
    }),
    traceparent: readTraceparent(headers),
  }
}

function pathOf(address: string, basePath: string): PathAndQuery {
  const [, pathname, search] = partsOf(address)
  return { pathname: withoutBase(pathname, basePath), search }
}

/** Whether the browser came over https; `protocol` is what the server itself saw. */
export function isSecureRequest(headers: SentHeaders, protocol: string, settings: SchemeSettings): boolean {
  if (settings.cookieSecure !== 'auto') return settings.cookieSecure
  const forwarded = settings.trustProxy ? firstOf(headers.get('x-forwarded-proto')) : undefined
  return forwarded === undefined ? protocol === 'https:' : forwarded === 'https'
}

const firstOf = (list: string | null | undefined) => list?.split(',')[0]?.trim() || undefined

/** The visitor's address, by the word of the last `proxies` proxies; null where there is none to believe. */
export function visitorAddress(headers: SentHeaders, proxies: number): string | null {
  return (proxies && headers.get('x-forwarded-for')?.split(',').at(-proxies)?.trim()) || null
}

const sentBy = ({ headers }: RequestFacts, { proxies }: VisitorSettings) => ({
  forwardedFor: visitorAddress(headers, proxies),
  userAgent: headers.get('user-agent') ?? null,
})

/** How the browser looks that has sent the request: the address that the gateway knows, and the user agent. */
export function clientOfRequest(facts: RequestFacts, settings: VisitorSettings): string {
  const { forwardedFor, userAgent } = sentBy(facts, settings)
  return clientOf(forwardedFor, userAgent)
}

/** The browser's request as the backend sees it; everything else stays here. */
export function refreshContext(
  facts: RequestFacts,
  { forwardCookies, proxies }: ForwardSettings,
  traceparent: string,
): RefreshContext {
  const forwarded = facts.pairs.filter(
    ({ name, value }) => forwardCookies.includes(name) && isCookieValue(value),
  )
  return {
    ...sentBy(facts, { proxies }),
    traceparent,
    cookies: formatCookieHeader(forwarded),
  }
}
