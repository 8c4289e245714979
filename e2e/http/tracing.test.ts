import { afterAll, describe, expect, test, vi } from 'vitest'
import type { Tokens } from '../support/client.ts'
import {
  asDocument,
  claimsOf,
  cookieHeader,
  expiredSession,
  setCookies,
  signInAtAuthServer,
} from '../support/client.ts'
import type { CollectedSpan } from '../support/collector.ts'
import { CLIENT, INTERNAL, openCollector, SERVER } from '../support/collector.ts'
import { secretsIn } from '../support/secrecy.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const APP = 'evergate-app'
const AUTH_SERVER = 'evergate-auth-server'

const collector = await openCollector()
afterAll(() => collector.close())
const stack = await stackForFile({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_BSP_SCHEDULE_DELAY: '100',
  OTEL_METRIC_EXPORT_INTERVAL: '500',
})

let browsers = 0
/** As instrumentation in a browser makes it, which has a span for the request. */
function browserSpan() {
  browsers += 1
  const traceId = `0af7651916cd43dd8448eb211c8031${browsers.toString(16).padStart(2, '0')}`
  const spanId = 'b7ad6b7169203331'
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` }
}

const load = (tokens: Tokens, headers: Record<string, string> = {}) =>
  fetch(`${stack.app.url}/dashboard`, {
    headers: { ...asDocument, cookie: cookieHeader(tokens), ...headers },
    redirect: 'manual',
  })

/** The trace, once the page's root span and these are in it: spans leave in batches, and the root's last. */
async function traceWith(traceId: string, names: readonly string[]) {
  const spans = await vi.waitFor(
    () => {
      const own = collector.spans().filter((span) => span.traceId === traceId)
      const found = own.map(({ name }) => name)
      for (const name of ['GET', ...names]) expect(found).toContain(name)
      return own
    },
    { timeout: 20_000, interval: 100 },
  )
  const one = (service: string, name: string) => {
    const [span, ...others] = spans.filter((each) => each.service === service && each.name === name)
    if (!span || others.length > 0) throw new Error(`not one span "${name}" of ${service}`)
    return span
  }
  return { spans, one }
}

/** Names from a span up to the one that has no parent among `spans`, that parent's id last. */
function ancestry(spans: readonly CollectedSpan[], span: CollectedSpan): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId)
  return parent ? [span.name, ...ancestry(spans, parent)] : [span.name, span.parentSpanId]
}

const RENEWAL = ['evergate.session', 'POST', 'POST /refreshtoken', 'session.rotate', 'GET /dashboard']
const TO_BROWSER = ['middleware GET', 'GET']

describe('one renewed page load is one trace', () => {
  test('below the browser’s request: gateway, refresh call, rotation, and the page', async () => {
    const tokens = await expiredSession(stack)
    const browser = browserSpan()
    const response = await load(tokens, { traceparent: browser.traceparent })
    expect(response.headers.get('x-session')).toBe('renewed')

    const { spans, one } = await traceWith(browser.traceId, RENEWAL)
    expect(ancestry(spans, one(AUTH_SERVER, 'session.rotate'))).toEqual([
      'session.rotate',
      'POST /refreshtoken',
      'POST',
      'evergate.session',
      ...TO_BROWSER,
      browser.spanId,
    ])
    expect(ancestry(spans, one(APP, 'render route (app) /dashboard'))).toEqual([
      'render route (app) /dashboard',
      'GET /dashboard',
      'evergate.session',
      ...TO_BROWSER,
      browser.spanId,
    ])
    const kinds = RENEWAL.map((name) => spans.find((span) => span.name === name)?.kind)
    expect(kinds).toEqual([INTERNAL, CLIENT, SERVER, INTERNAL, SERVER])
  })

  test('a document load has no parent in the browser: then Next’s span is the root, and Server-Timing names the trace', async () => {
    const response = await load(await expiredSession(stack))
    const named = /traceparent;desc="00-([\da-f]{32})-/.exec(response.headers.get('server-timing') ?? '')
    const { spans, one } = await traceWith(named?.[1] ?? '', RENEWAL)
    for (const span of [one(AUTH_SERVER, 'session.rotate'), one(APP, 'render route (app) /dashboard')])
      expect(ancestry(spans, span).slice(-3)).toEqual([...TO_BROWSER, ''])
  })

  test('one person is followed through it by the session’s id', async () => {
    const tokens = await expiredSession(stack)
    const { sid } = claimsOf(tokens.accessToken)
    const browser = browserSpan()
    await load(tokens, { traceparent: browser.traceparent })

    await traceWith(browser.traceId, RENEWAL)
    const theirs = collector.spans().filter(({ attributes }) => attributes['session.id'] === sid)
    expect(theirs.map(({ name, traceId }) => ({ name, traceId }))).toEqual(
      expect.arrayContaining([
        { name: 'evergate.session', traceId: browser.traceId },
        { name: 'session.rotate', traceId: browser.traceId },
      ]),
    )
  })
})

test('a page that needs no renewal is in one trace with the gateway too', async () => {
  const tokens = await signInAtAuthServer(stack)
  const browser = browserSpan()
  await load(tokens, { traceparent: browser.traceparent })
  const { spans, one } = await traceWith(browser.traceId, ['evergate.session', 'GET /dashboard'])
  expect(one(APP, 'evergate.session').attributes).toMatchObject({
    'evergate.outcome': 'active',
    'session.id': claimsOf(tokens.accessToken).sid,
  })
  for (const name of ['evergate.session', 'GET /dashboard'])
    expect(ancestry(spans, one(APP, name)).at(-1)).toBe(browser.spanId)
})

test('the gateway’s metrics reach the collector from the edge', async () => {
  await load(await expiredSession(stack))
  await vi.waitFor(
    () =>
      expect(collector.metrics()).toEqual(
        expect.arrayContaining([
          'evergate.breaker.open',
          'evergate.events',
          'evergate.renewal.duration',
          'http.client.request.duration',
        ]),
      ),
    { timeout: 20_000, interval: 100 },
  )
})

test('nothing that could be replayed reaches the collector', async () => {
  const tokens = await expiredSession(stack)
  const browser = browserSpan()
  const response = await load(tokens, { traceparent: browser.traceparent })
  await traceWith(browser.traceId, RENEWAL)
  const renewed = [...setCookies(response).values()].map(({ value }) => value)
  const { accessToken, refreshToken } = tokens
  const { ETLS_ACCESS = '', ETLS_REFRESH = '', GATEWAY_SECRET = '' } = stack.env
  const secrets = { accessToken, refreshToken, ETLS_ACCESS, ETLS_REFRESH, GATEWAY_SECRET }
  const all = { ...secrets, ...Object.fromEntries(renewed.map((value, index) => [`cookie ${index}`, value])) }
  expect(renewed).toHaveLength(3)
  expect(secretsIn(collector.text(), all)).toEqual([])
})
