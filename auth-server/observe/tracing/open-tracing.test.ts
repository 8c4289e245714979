import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, vi } from 'vitest'
import { startChild } from '../../testing/child.ts'
import { temporaryDirectory } from '../../testing/harness.ts'
import { startCollector } from './testing/collector.ts'

vi.setConfig({ testTimeout: 60_000 })
const SOON = { timeout: 20_000 }

const SERVER = 2
const CLIENT = 3
const INTERNAL = 1
const ERROR = 2

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const callersSpan = '00f067aa0ba902b7'
const headers = { traceparent: `00-${traceId}-${callersSpan}-01` }

async function startTraced(environment: Record<string, string> = {}) {
  const collector = await startCollector()
  const server = await startChild({
    cwd: temporaryDirectory(),
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      ...environment,
    },
  })
  const spansOf = (id: string) => collector.spans().filter((span) => span.traceId === id)
  return { collector, server, spansOf }
}

it('a renewal is a span under that of its caller, with one for the rotation and one for each call of the store under it', async () => {
  const { collector, server, spansOf } = await startTraced()
  const { refreshToken, password, email, accessToken } = await server.newcomer()
  const { body } = await server.post('/refreshtoken', { refreshToken, headers })
  await expect.poll(() => spansOf(traceId).map(({ name }) => name), SOON).toContain('POST /refreshtoken')

  const spans = spansOf(traceId)
  const named = (wanted: string) => spans.find(({ name }) => name === wanted)
  const root = named('POST /refreshtoken')
  expect(root).toMatchObject({ kind: SERVER, parentSpanId: callersSpan })
  expect(root?.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/refreshtoken',
    'url.scheme': 'http',
    'url.path': '/refreshtoken',
    'http.response.status_code': 200,
  })
  const rotation = named('session.rotate')
  expect(rotation).toMatchObject({ kind: INTERNAL, parentSpanId: root?.spanId })
  expect(rotation?.attributes).toEqual({
    'session.id': refreshToken.split('.')[1],
    'evergate.rotation': 'rotated',
  })
  const calls = spans.filter(({ kind }) => kind === CLIENT)
  expect(new Set(calls.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([rotation?.spanId]))
  expect(calls.map(({ name }) => name)).toContain('sessions.renew')
  for (const { name, attributes } of calls)
    expect(attributes).toEqual({ 'db.system.name': 'sqlite', 'db.operation.name': name })

  expect(collector.resources()).toContainEqual({ 'service.name': 'evergate-auth-server' })
  const tokens = [refreshToken, accessToken, body.refreshToken, body.accessToken]
  for (const secret of [...tokens, ...tokens.map((token) => token.split('.').at(-1)), password, email])
    expect(collector.raw()).not.toContain(secret)
  expect(server.output()).toContain(`, spans to ${collector.url}`)
})

it('says what became of the refresh token', async () => {
  const { server, spansOf } = await startTraced()
  const { refreshToken } = await server.newcomer()
  const present = (token: string) => server.post('/refreshtoken', { refreshToken: token, headers })
  const second = (await present(refreshToken)).body.refreshToken
  await present(refreshToken)
  await present(second)
  await present(refreshToken)
  await present(second)
  await present('not.from.here')
  const rotations = () => spansOf(traceId).filter(({ name }) => name === 'session.rotate')
  await expect.poll(() => rotations().length, SOON).toBe(6)
  expect(
    rotations().map(({ attributes }) => [attributes['evergate.rotation'], attributes['evergate.refusal']]),
  ).toEqual([
    ['rotated', undefined],
    ['replayed', undefined],
    ['rotated', undefined],
    ['reuse-detected', 'reused'],
    ['refused', 'revoked'],
    ['refused', 'not-ours'],
  ])
  expect(rotations().at(-1)?.attributes).not.toHaveProperty('session.id')
  const roots = () => spansOf(traceId).filter(({ kind }) => kind === SERVER)
  await expect.poll(() => roots().length, SOON).toBe(6)
  expect(roots().map(({ attributes }) => attributes['http.response.status_code'])).toEqual([
    200, 200, 200, 403, 403, 403,
  ])
  // A client's fault is no error of a server's span.
  expect(roots().filter(({ status }) => status.code === ERROR)).toEqual([])
})

it('a caller that names no trace begins one, and the log has its id', async () => {
  const { collector, server } = await startTraced()
  const { refreshToken } = await server.newcomer()
  await server.delete(`/sessions/${refreshToken}`)
  await expect
    .poll(() => collector.spans().map(({ name }) => name), SOON)
    .toEqual(expect.arrayContaining(['POST /register', 'DELETE /sessions/:sid']))
  const [registered] = collector.spans().filter(({ name }) => name === 'POST /register')
  expect(registered).not.toHaveProperty('parentSpanId')
  expect(server.output()).toContain(`"traceId":"${registered?.traceId}"`)
  // The path may hold anything, a token as here.
  expect(collector.raw()).not.toContain(refreshToken)
})

it('a caller that records nothing gets no spans, and the log has its trace id all the same', async () => {
  const { collector, server, spansOf } = await startTraced()
  const unsampled = { traceparent: `00-${traceId}-${callersSpan}-00` }
  const json = { email: 'ada@example.com', password: 'a secret sentence', name: 'Ada' }
  await server.post('/register', { json, headers: unsampled })
  await server.get('/livez')
  await expect.poll(() => collector.spans().map(({ name }) => name), SOON).toContain('GET /livez')
  expect(spansOf(traceId)).toEqual([])
  expect(server.output()).toContain(`"traceId":"${traceId}"`)
})

it('what has not been sent yet is sent at the end', async () => {
  const { collector, server } = await startTraced({ OTEL_BSP_SCHEDULE_DELAY: '600000' })
  await server.get('/livez')
  server.process.kill('SIGTERM')
  expect(await server.exited).toBe(0)
  expect(collector.spans().map(({ name }) => name)).toEqual(['GET /livez'])
})

it('a collector that is away is told of, and harms no request and no end', async () => {
  const server = await startChild({
    cwd: temporaryDirectory(),
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_BSP_SCHEDULE_DELAY: '50' },
  })
  const { refreshToken } = await server.newcomer()
  expect((await server.refresh(refreshToken)).status).toBe(200)
  await expect.poll(() => server.output(), SOON).toContain('spans could not be delivered')
  server.process.kill('SIGTERM')
  expect(await server.exited).toBe(0)
})

it('without its packages the server starts, says what is missing, and serves', async () => {
  const hook = `import { registerHooks } from 'node:module'
    registerHooks({ resolve(name, context, next) {
      if (!name.startsWith('@opentelemetry/')) return next(name, context)
      throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
    } })`
  const { collector, server } = await startTraced({
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}`,
  })
  const { refreshToken } = await server.newcomer()
  expect((await server.post('/refreshtoken', { refreshToken, headers })).status).toBe(200)
  expect(server.output()).toContain(
    'so no spans are sent: npm install @opentelemetry/api@1.9 @opentelemetry/sdk-trace-base@2',
  )
  expect(server.output()).not.toContain('spans to')
  expect(collector.raw()).toBe('')
})

it.each(['server/app.ts', 'observe/tracing/open-tracing.ts', 'observe/tracing/tracing.ts'])(
  '%s alone loads nothing of OpenTelemetry',
  async (file) => {
    const code = `import { createRequire } from 'node:module'
      await import(${JSON.stringify(join(import.meta.dirname, '../..', file))})
      const { cache } = createRequire(import.meta.url)
      console.log(Object.keys(cache).filter((name) => name.includes('@opentelemetry')).length)`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code])
    expect(Number(stdout)).toBe(0)
  },
)
