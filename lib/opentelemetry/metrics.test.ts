import { expect, test } from 'vitest'
import { answering, benchForFile, gatewayWith, visit } from './testing/bench.ts'

const bench = await benchForFile()

test('metrics count events, with what was answered and why', async () => {
  bench.backendAnswers(answering(403, 'session_revoked'))
  await gatewayWith()(await visit(1000))
  const points = (await bench.metric('evergate.events'))?.dataPoints ?? []
  expect(points).toContainEqual(
    expect.objectContaining({
      value: 1,
      attributes: {
        'evergate.event': 'session.ended',
        'evergate.reason': 'session_revoked',
        'evergate.answer': 'redirect-to-sign-in',
        'evergate.request.kind': 'document',
      },
    }),
  )
  expect(JSON.stringify(points)).not.toContain('s1')
})

test('a backend with ever new reasons makes no more than fifty time series of them', async () => {
  const gateway = gatewayWith()
  for (let i = 0; i < 60; i += 1) {
    bench.backendAnswers(answering(403, `reason_${i}`))
    await gateway(await visit(1000))
  }
  const points = (await bench.metric('evergate.events'))?.dataPoints ?? []
  const reasons = points.map(({ attributes }) => `${attributes['evergate.reason']}`)
  expect(reasons.filter((reason) => reason.startsWith('reason_'))).toHaveLength(50)
  expect(reasons).toContain('other')
})

test('metrics tell in seconds how long requests waited, and how long calls took', async () => {
  await gatewayWith()(await visit(1000))
  for (const name of ['evergate.renewal.duration', 'http.client.request.duration']) {
    const metric = await bench.metric(name)
    expect(metric?.descriptor.unit).toBe('s')
    const slowest = metric?.dataPoints.map(({ value }) => (value as { max?: number }).max ?? 0) ?? []
    expect(slowest.length).toBeGreaterThan(0)
    // A second on a machine under load; in milliseconds it would be a thousand.
    expect(Math.max(...slowest)).toBeLessThan(30)
  }
})

test('a metric tells that the breaker is open', async () => {
  // Tokens that fit no setting here open it at once.
  bench.backendAnswers((response) => void response.end(JSON.stringify({ accessToken: 'opaque' })))
  await gatewayWith()(await visit(1000))
  expect((await bench.metric('evergate.breaker.open'))?.dataPoints[0]?.value).toBe(1)
})
