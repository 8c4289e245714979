import { removeSession } from '../gateway/cookies/session-cookies.ts'
import { parseSetCookie } from '../gateway/cookies/set-cookie.ts'
import type { GatewaySettings } from '../gateway/options.ts'
import { visitorAddress } from '../gateway/request/facts.ts'
import { SANDBOX, SANDBOX_MARK } from './server/sandbox.ts'

/** Headers that every call for a request hands on. */
export const VOUCHED = ['user-agent', 'traceparent', 'tracestate']
/**
 * Of these a client may say what it likes; they count behind a proxy that overwrites them (`TRUST_PROXY`). `forwarded` (RFC 7239) is
 * none of them: most proxies hand it on as the client wrote it.
 */
export const OF_THE_PROXY = ['x-forwarded-host', 'x-forwarded-proto']
/** Headers of the browser about its wishes and its body. */
export const ASKED = [
  'accept',
  'accept-language',
  'content-type',
  'content-encoding',
  'content-language',
  'range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'prefer',
  'idempotency-key',
  'last-event-id',
  'x-request-id',
  'x-requested-with',
]
/** Headers of the backend about its answer. */
export const ANSWERED = [
  'content-type',
  'content-language',
  'content-disposition',
  'content-range',
  'accept-ranges',
  'allow',
  'etag',
  'last-modified',
  'location',
  'preference-applied',
  'retry-after',
  'vary',
  'deprecation',
  'sunset',
  'x-request-id',
  'x-total-count',
  'x-accel-buffering',
  'ratelimit',
  'ratelimit-policy',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
]
/** RFC 9110 7.6.1, and what `fetch`, the gateway or Next say themselves: no option hands these on. */
const NEVER =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|expect|content-length|accept-encoding|authorization|cookie|set-cookie|x-session.*|x-middleware-.*)$/
/** A browser runs what is in such a document as the app's own. */
const DOCUMENT = /^\s*(?:text\/html|application\/xhtml\+xml|multipart\/x-mixed-replace)\b/i
type Settings = Pick<
  GatewaySettings,
  'cookieNames' | 'domain' | 'forwardHeaders' | 'relayHeaders' | 'relayCookies' | 'trustProxy' | 'proxies'
>

/** The headers of the browser's request that `backendFetch()` sends on. */
export function calledWith(received: Headers, settings: Settings): Headers {
  return told(received, settings, settings.forwardHeaders)
}

/** The headers of the browser's request that the proxy sends on: those of the session's cookies are left out. */
export function proxiedRequest(received: Headers, settings: Settings): Headers {
  const headers = pick(received, [...ASKED, ...settings.forwardHeaders])
  // RFC 9110 7.6.1. The rest is not the client's to take away.
  for (const name of (received.get('connection') ?? '').split(','))
    if (/^[\w-]+$/.test(name.trim())) headers.delete(name.trim())
  for (const [name, value] of told(received, settings)) headers.set(name, value)
  const cookie = received.get('cookie')
  if (cookie !== null) headers.set('cookie', cookie)
  return removeSession(headers, settings)
}

/** The challenge to sign in again (RFC 9470), and no other: for most of them browsers ask for a password themselves. */
const STEP_UP = /^Bearer error="insufficient_user_authentication"(, *\w+="[^"]*")*$/

/** The headers of the backend's answer that the proxy hands on to the browser, from the app's own origin. */
export function proxiedAnswer(received: Headers, settings: Settings, documents: boolean): Headers {
  const headers = pick(received, [...ANSWERED, ...settings.relayHeaders])
  const type = received.get('content-type') ?? ''
  if (!documents) {
    headers.set('content-security-policy', SANDBOX)
    headers.set(SANDBOX_MARK, '1')
    if (DOCUMENT.test(type)) headers.set('content-type', 'text/plain; charset=utf-8')
  } else if (received.has('content-security-policy'))
    headers.set('content-security-policy', received.get('content-security-policy') ?? '')
  const challenge = received.get('www-authenticate') ?? ''
  if (STEP_UP.test(challenge)) headers.set('www-authenticate', challenge)
  headers.set('x-content-type-options', 'nosniff')
  headers.set('cache-control', 'private, no-store')
  for (const cookie of received.getSetCookie()) {
    if (settings.relayCookies.includes(parseSetCookie(cookie, 0)?.name ?? ''))
      headers.append('set-cookie', cookie)
  }
  return headers
}

/** These, others that somebody wants, and the address that the gateway knows. */
function told(received: Headers, settings: Settings, others: readonly string[] = []): Headers {
  const { trustProxy, proxies } = settings
  const headers = pick(received, [...VOUCHED, ...(trustProxy ? OF_THE_PROXY : []), ...others])
  const address = visitorAddress(received, proxies)
  if (address) headers.set('x-forwarded-for', address)
  return headers
}

function pick(received: Headers, names: readonly string[]): Headers {
  const picked = new Headers()
  for (const name of names) {
    const value = received.get(name)
    if (value !== null && !NEVER.test(name.toLowerCase())) picked.set(name, value)
  }
  return picked
}
