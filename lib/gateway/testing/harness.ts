import { manualClock } from '../../testing/clock.ts'
import type { GatewayEvent, SessionEvent } from '../events/events.ts'
import { createSessionGateway } from '../gateway.ts'
import type { GatewayOptions } from '../options.ts'
import type { Fetch } from '../platform.ts'
import type { Outcome } from '../response/outcome.ts'
import type { Issuer } from './issuer.ts'
import { createIssuer, goodClaims } from './issuer.ts'

export type Call = { readonly headers: Headers; readonly refreshToken: string; readonly signal: AbortSignal }
type Answer = (call: Call) => Response | Promise<Response>
type Backend = {
  readonly calls: Call[]
  answer: Answer
  /** The issuer that signs its access tokens, and the key set it publishes. */
  issuer: Issuer
  publish: () => Response
}
type Sent = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Session cookies by name, or the Cookie header as a whole. */
  readonly cookies?: Readonly<Record<string, string>> | string
  readonly signal?: AbortSignal
  readonly waitUntil?: (work: Promise<unknown>) => void
}

/** The headers of the kinds of request. */
export const KINDS = {
  document: { accept: 'text/html', 'sec-fetch-mode': 'navigate' },
  navigation: { rsc: '1' },
  prefetch: { rsc: '1', 'next-router-prefetch': '1' },
  action: { 'next-action': '7f', 'sec-fetch-site': 'same-origin' },
  api: { accept: 'application/json' },
} as const

export const UNREACHABLE: Answer = () => Promise.reject(new TypeError('fetch failed'))
export const SILENT: Answer = () => new Promise(() => {})
export const refusing =
  (status = 403, error = 'session_revoked'): Answer =>
  () =>
    Response.json({ error }, { status })

/** A gateway before a backend that rotates `r1` to `r2` and so on, the same child each time, on a clock of the test's. */
export async function createHarness(options: Partial<GatewayOptions> = {}, life = 900) {
  const clock = manualClock()
  const events: Exclude<GatewayEvent, SessionEvent>[] = []
  const decisions: SessionEvent[] = []
  const waits: number[] = []
  const backend: Backend = {
    calls: [],
    answer: rotate,
    issuer: await createIssuer('HS256'),
    publish: () => Response.json({ keys: [backend.issuer.jwk] }),
  }

  /** An access token issued now, with `claims` of its own. */
  const token = (claims: object = {}) =>
    backend.issuer.sign({ ...goodClaims(Math.floor(clock.seconds()), life), ...claims })

  async function rotate({ refreshToken }: Call): Promise<Response> {
    const [, generation] = /^r(\d+)$/.exec(refreshToken) ?? []
    if (generation === undefined) return Response.json({ error: 'invalid_refresh_token' }, { status: 403 })
    const child = `r${Number(generation) + 1}`
    return Response.json({ accessToken: await token(), refreshToken: child, userData: { name: 'Ann' } })
  }

  const fetch: Fetch = async (url, { headers, signal }) => {
    if (url.endsWith('/jwks.json')) return backend.publish()
    if (!signal) throw new Error('a call without a deadline')
    const received = new Headers(headers)
    const [, refreshToken = ''] = /refreshToken=([^;]*)/.exec(received.get('cookie') ?? '') ?? []
    const call = { headers: received, refreshToken, signal }
    backend.calls.push(call)
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })
    return Promise.race([backend.answer(call), aborted])
  }

  const gateway = createSessionGateway({
    remoteApi: 'http://backend.test',
    keys: backend.issuer.keys,
    rules: [
      { path: '/', require: 'public' },
      { path: '/renew', require: 'session', renew: 'always' },
      { path: '/admin', require: { roles: ['admin'] } },
    ],
    clock,
    fetch,
    random: () => 0.5,
    wait: async (milliseconds) => {
      waits.push(milliseconds)
      clock.advance(milliseconds)
    },
    onEvent: (event) => (isDecision(event) ? decisions.push(event) : events.push(event)),
    ...options,
  })

  return {
    backend,
    clock,
    /** The decision on each request. */
    decisions,
    /** Everything else that was told. */
    events,
    /** Milliseconds waited before each further try. */
    waits,
    token,
    /** Tokens in each state, as a browser may present them. */
    valid: () => token(),
    expiring: () => token({ iat: clock.seconds() - life + 10, exp: clock.seconds() + 10 }),
    expired: (ago = 60) => token({ iat: clock.seconds() - life - ago, exp: clock.seconds() - ago }),
    send(
      path: string,
      { method = 'GET', headers = KINDS.document, cookies = {}, signal, waitUntil }: Sent = {},
    ): Promise<Outcome> {
      const cookie =
        typeof cookies === 'string'
          ? cookies
          : Object.entries(cookies)
              .map((pair) => pair.join('='))
              .join('; ')
      const url = new URL(path, 'http://app.test')
      const sent = { host: url.host, ...headers, ...(cookie && { cookie }) }
      const request = new Request(url, { method, headers: sent, ...(signal && { signal }) })
      return gateway.handle(request, waitUntil)
    },
  }
}

const isDecision = (event: GatewayEvent): event is SessionEvent => event.type.startsWith('session.')

/** Name and value of each cookie that is set, `(cleared)` for one that is cleared. */
export function cookiesIn(outcome: Outcome): Record<string, string> {
  return Object.fromEntries(
    outcome.setCookies.map((header) => {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(header) ?? []
      return [name, /; Max-Age=0(;|$)/.test(header) ? '(cleared)' : value]
    }),
  )
}
