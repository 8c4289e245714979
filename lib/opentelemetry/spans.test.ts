import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { describe, expect, test } from 'vitest'
import { answering, benchForFile, gatewayWith, visit } from './testing/bench.ts'

const BROWSER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const traceparent = `00-${BROWSER.traceId}-${BROWSER.spanId}-01`

const bench = await benchForFile()

describe('a renewal', () => {
  test('is one trace: browser, gateway, refresh call', async () => {
    await gatewayWith()(await visit(1000, { traceparent }))
    const session = bench.span('evergate.session')
    const call = bench.span('POST')
    expect(session.spanContext().traceId).toBe(BROWSER.traceId)
    expect(session.parentSpanContext).toMatchObject({ ...BROWSER, isRemote: true })
    expect(call.parentSpanContext?.spanId).toBe(session.spanContext().spanId)
    expect(bench.received).toEqual([`00-${BROWSER.traceId}-${call.spanContext().spanId}-01`])
  })

  test('begins a trace when the browser has not', async () => {
    await gatewayWith()(await visit(1000))
    const session = bench.span('evergate.session')
    expect(session.parentSpanContext).toBeUndefined()
    expect(bench.received).toEqual([
      `00-${session.spanContext().traceId}-${bench.span('POST').spanContext().spanId}-01`,
    ])
  })

  test('belongs to the span that is active around the gateway, whatever the header says', async () => {
    const around = bench.tracer.startSpan('around')
    const request = await visit(1000, { traceparent })
    await context.with(trace.setSpan(context.active(), around), () => gatewayWith()(request))
    expect(bench.span('evergate.session').parentSpanContext?.spanId).toBe(around.spanContext().spanId)
    expect(bench.received[0]).toContain(around.spanContext().traceId)
  })

  test('hands the page the trace, and tells the browser of it', async () => {
    const response = await gatewayWith()(await visit(1000, { traceparent }))
    const own = `00-${BROWSER.traceId}-${bench.span('evergate.session').spanContext().spanId}-01`
    expect(response.headers.get('x-middleware-request-traceparent')).toBe(own)
    expect(response.headers.get('server-timing')).toContain(`traceparent;desc="${own}"`)
  })

  test('tells whose session, what was decided and why', async () => {
    await gatewayWith()(await visit(1000))
    expect(bench.span('evergate.session')).toMatchObject({
      kind: SpanKind.INTERNAL,
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'session.id': 's1',
        'evergate.outcome': 'renewed',
        'evergate.answer': 'pass',
        'evergate.request.kind': 'document',
        'evergate.token': 'expired',
        'evergate.renewal.shared': false,
      },
    })
  })

  test('has a client span by the semantic conventions', async () => {
    await gatewayWith()(await visit(1000))
    expect(bench.span('POST')).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: {
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'server.address': '127.0.0.1',
        'server.port': bench.port,
        'url.full': `http://127.0.0.1:${bench.port}/refreshtoken`,
      },
    })
  })
})

test('a session that was refused tells the backend’s reason, and is no failure of the gateway', async () => {
  bench.backendAnswers(answering(403, 'refresh_token_reused'))
  await gatewayWith()(await visit(1000))
  const session = bench.span('evergate.session')
  expect(session.attributes).toMatchObject({
    'session.id': 's1',
    'evergate.outcome': 'ended',
    'evergate.answer': 'redirect-to-sign-in',
    'evergate.reason': 'refresh_token_reused',
  })
  expect(session.status.code).toBe(SpanStatusCode.UNSET)
  expect(bench.span('POST')).toMatchObject({ status: { code: SpanStatusCode.ERROR } })
})

test('each retry has a span of its own, and what came of them all is a failure', async () => {
  bench.backendAnswers(answering(503))
  await gatewayWith()(await visit(1000))
  const calls = bench.spans('POST')
  expect(calls.length).toBeGreaterThan(1)
  expect(calls[0]).toMatchObject({
    status: { code: SpanStatusCode.ERROR },
    attributes: { 'http.response.status_code': 503, 'error.type': '503' },
  })
  const session = bench.span('evergate.session')
  expect(calls.map((call) => call.parentSpanContext?.spanId)).toEqual(
    calls.map(() => session.spanContext().spanId),
  )
  expect(session).toMatchObject({
    status: { code: SpanStatusCode.ERROR },
    attributes: { 'evergate.outcome': 'degraded', 'error.type': 'status_503' },
    events: [{ name: 'backend.unavailable', attributes: { 'evergate.reason': 'status_503' } }],
  })
})

test('a backend that nobody reaches is told by the system’s error', async () => {
  bench.backendAnswers((response) => void response.socket?.destroy())
  await gatewayWith()(await visit(1000))
  const [call] = bench.spans('POST')
  expect(call?.attributes['error.type']).toBe('UND_ERR_SOCKET')
})

test('a good token makes one span, and no call', async () => {
  await gatewayWith()(await visit(0))
  expect(bench.spans().map(({ name }) => name)).toEqual(['evergate.session'])
  expect(bench.span('evergate.session').attributes['evergate.outcome']).toBe('active')
})

test('an error of the app’s own middleware ends the span as failed, without the words of the error', async () => {
  const next = () => {
    throw new RangeError('the-parent is in these words')
  }
  await expect(gatewayWith({ next })(await visit(0))).rejects.toThrow(RangeError)
  expect(bench.span('evergate.session')).toMatchObject({
    status: { code: SpanStatusCode.ERROR },
    attributes: { 'error.type': 'RangeError' },
  })
  expect(told()).not.toContain('in these words')
})

test('onEvent and the log are told as before', async () => {
  const types: string[] = []
  await gatewayWith({ onEvent: ({ type }) => types.push(type) })(await visit(1000))
  expect(types).toEqual(['session.renewed'])
})

/** Everything that leaves, as text. */
const told = () =>
  JSON.stringify(
    bench.spans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
  )

test('no token, cookie, query or address of a person leaves in a span', async () => {
  await gatewayWith()(await visit(1000, { 'x-forwarded-for': '203.0.113.9', authorization: 'Bearer abc' }))
  bench.backendAnswers(answering(403, 'refresh_token_reused'))
  await gatewayWith()(await visit(1000))
  expect(bench.spans().length).toBe(4)
  for (const secret of [
    'the-parent',
    'the-child',
    'eyJ',
    'of-the-query',
    'cookie',
    '203.0.113.9',
    'Bearer',
    'u1',
  ])
    expect(told()).not.toContain(secret)
})

test('without a context manager the calls still belong to the request, and the span tells the outcome', async () => {
  await bench.withoutContexts(async () => gatewayWith()(await visit(1000, { traceparent })))
  const session = bench.span('evergate.session')
  expect(bench.span('POST').parentSpanContext?.spanId).toBe(session.spanContext().spanId)
  expect(session.attributes['evergate.outcome']).toBe('renewed')
})

test('without a provider the browser’s trace goes on to the backend, or a new one', async () => {
  await bench.withoutProvider(async () => {
    await gatewayWith()(await visit(1000, { traceparent }))
    await gatewayWith()(await visit(1000))
  })
  expect(bench.received).toEqual([traceparent, expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-01$/)])
})
