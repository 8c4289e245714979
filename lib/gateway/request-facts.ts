import type { RefreshContext } from './backend.ts'
import type { CookiePair } from './cookie-header.ts'
import { formatCookieHeader, isCookieValue, parseCookieHeader } from './cookie-header.ts'
import type { GatewaySettings } from './options.ts'
import type { RequestKind } from './request-kind.ts'
import { requestKind } from './request-kind.ts'
import type { Route } from './routes.ts'
import { isSameOrigin } from './same-origin.ts'
import type { PresentedCookies } from './session-cookies.ts'
import { readSessionCookies } from './session-cookies.ts'

/** What a request is, before anything in it is believed. */
export type RequestFacts = {
  readonly method: string
  /** Without the `basePath`. */
  readonly url: URL
  readonly headers: Headers
  readonly kind: RequestKind
  readonly route: Route
  readonly secure: boolean
  readonly pairs: readonly CookiePair[]
  readonly cookies: PresentedCookies
  readonly sameOrigin: boolean
}

export function readRequest(
  request: Request,
  settings: GatewaySettings,
  routeOf: (pathname: string) => Route,
): RequestFacts {
  const { method, headers } = request
  const url = new URL(request.url)
  const { basePath } = settings
  if (basePath && `${url.pathname}/`.startsWith(`${basePath}/`))
    url.pathname = url.pathname.slice(basePath.length)
  const secure = isSecureRequest(headers, url.protocol, settings)
  const pairs = parseCookieHeader(headers.get('cookie'))
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
    sameOrigin: isSameOrigin({
      method,
      secFetchSite: headers.get('sec-fetch-site'),
      origin: headers.get('origin'),
      host: (settings.trustProxy && firstOf(headers.get('x-forwarded-host'))) || headers.get('host'),
      carriesSession: cookies.names.size > 0,
    }),
  }
}

/** Whether the browser came over https; `protocol` is what the server itself saw. */
export function isSecureRequest(
  headers: Headers,
  protocol: string,
  settings: Pick<GatewaySettings, 'cookieSecure' | 'trustProxy'>,
): boolean {
  if (settings.cookieSecure !== 'auto') return settings.cookieSecure
  const forwarded = settings.trustProxy ? firstOf(headers.get('x-forwarded-proto')) : undefined
  return forwarded === undefined ? protocol === 'https:' : forwarded === 'https'
}

const firstOf = (list: string | null) => list?.split(',')[0]?.trim() || undefined

const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/

/** What the backend is told of the browser's request; everything else stays here. */
export function refreshContext(facts: RequestFacts, forwardCookies: readonly string[]): RefreshContext {
  const { headers } = facts
  const traceparent = headers.get('traceparent')
  const forwarded = facts.pairs.filter(
    ({ name, value }) => forwardCookies.includes(name) && isCookieValue(value),
  )
  return {
    forwardedFor: headers.get('x-forwarded-for'),
    userAgent: headers.get('user-agent'),
    traceparent: traceparent && TRACEPARENT.test(traceparent) ? traceparent : newTraceparent(),
    cookies: formatCookieHeader(forwarded),
  }
}

/** A W3C Trace Context header that starts a trace. */
function newTraceparent(): string {
  return `00-${hex()}-${hex().slice(16)}-01`
}

/** 32 digits, 122 bits of them random. */
const hex = () => crypto.randomUUID().replaceAll('-', '')
