import { context, SpanKind, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import express, { type RequestHandler } from 'express'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { createAuthRouter } from '../../server/create-auth-router.ts'
import { listen } from '../../server/server.ts'
import { client } from '../../testing/client.ts'
import { accessSecret, refreshSecret, temporaryStore } from '../../testing/harness.ts'
import { findTracing } from './find-tracing.ts'

const exporter = new InMemorySpanExporter()
const spansNamed = (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name)

/** The start of an app's SDK. */
function registerProvider() {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
}

beforeEach(async () => {
  exporter.reset()
  // So that the router finds it at once.
  await expect.poll(findTracing()).toBeDefined()
})

afterEach(() => {
  trace.disable()
  context.disable()
})

async function anApp(...before: RequestHandler[]) {
  const store = await temporaryStore(Date.now)
  const keys = { accessTokens: { secret: accessSecret }, refreshSecrets: [refreshSecret] }
  const app = express().use(...before, (_req, _res, next) => next())
  app.use('/auth', createAuthRouter({ store, keys }))
  const { port, stop } = await listen(app, 0, '127.0.0.1')
  onTestFinished(() => stop(0))
  return client(`http://127.0.0.1:${port}/auth`)
}

it('an app that registered a provider gets the spans', async () => {
  registerProvider()
  const app = await anApp()
  const { refreshToken } = await app.newcomer()
  await app.refresh(refreshToken)
  await expect.poll(() => spansNamed('POST /refreshtoken')).toHaveLength(1)
  const [server] = spansNamed('POST /refreshtoken')
  const [rotation] = spansNamed('session.rotate')
  expect(server).toMatchObject({ kind: SpanKind.SERVER, attributes: { 'url.path': '/auth/refreshtoken' } })
  expect(rotation?.parentSpanContext?.spanId).toBe(server?.spanContext().spanId)
})

it('an app whose own instrumentation made the span of the request gets no second one', async () => {
  registerProvider()
  const tracer = trace.getTracer('of the app')
  const instrumented: RequestHandler = (_req, res, next) =>
    tracer.startActiveSpan('POST', (span) => {
      res.once('close', () => span.end())
      next()
    })
  const app = await anApp(instrumented)
  const { refreshToken } = await app.newcomer()
  await app.refresh(refreshToken)
  await expect.poll(() => spansNamed('POST')).toHaveLength(2)
  expect(spansNamed('POST /refreshtoken')).toEqual([])
  const [rotation] = spansNamed('session.rotate')
  expect(rotation?.parentSpanContext?.spanId).toBe(spansNamed('POST')[1]?.spanContext().spanId)
})

it('without a provider it serves as ever', async () => {
  const app = await anApp()
  const { refreshToken } = await app.newcomer()
  expect((await app.refresh(refreshToken)).status).toBe(200)
  expect(exporter.getFinishedSpans()).toEqual([])
})
