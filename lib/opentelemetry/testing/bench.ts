import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { context, metrics, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { SignJWT } from 'jose'
import { NextRequest } from 'next/server'
import { afterAll, afterEach, beforeEach, vi } from 'vitest'
import type { MiddlewareOptions } from '../../next/middleware.ts'
import { createGateway } from '../../next/middleware.ts'
import { openTelemetry } from '../index.ts'

export type Answer = (response: ServerResponse) => void | Promise<void>

const SECRET = 'a secret of the tests that is long enough'

/** A gateway of the middleware's before a backend, with OpenTelemetry's own SDK registered, for the tests of one file. */
export async function benchForFile() {
  const exported = new InMemorySpanExporter()
  const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 })
  const tracing = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exported)] })
  const contexts = () => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  contexts()
  trace.setGlobalTracerProvider(tracing)
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))

  /** The `traceparent` of each call that the backend has received. */
  const received: unknown[] = []
  let answer: Answer = rotate
  const backend = createServer((request, response) => {
    received.push(request.headers.traceparent)
    void answer(response)
  }).listen(0, '127.0.0.1')
  await once(backend, 'listening')
  const { port } = backend.address() as AddressInfo
  vi.stubEnv('REMOTE_API', `http://127.0.0.1:${port}`)
  vi.stubEnv('ETLS_ACCESS', SECRET)

  beforeEach(() => {
    received.length = 0
    answer = rotate
  })
  afterEach(() => exported.reset())
  afterAll(() => {
    vi.unstubAllEnvs()
    backend.close()
    trace.disable()
    metrics.disable()
    context.disable()
  })

  const spans = (name?: string) =>
    exported.getFinishedSpans().filter((span) => name === undefined || span.name === name)

  return {
    port,
    received,
    tracer: tracing.getTracer('test'),
    spans,
    /** The one span of that name. */
    span(name: string) {
      const [span, ...others] = spans(name)
      if (!span || others.length > 0) throw new Error(`not one span ${name}, but ${spans(name).length}`)
      return span
    },
    async metric(name: string) {
      await reader.forceFlush()
      const all = measured
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics)
      return all?.find(({ descriptor }) => descriptor.name === name)
    },
    backendAnswers(how: Answer) {
      answer = how
    },
    async withoutContexts(act: () => Promise<unknown>) {
      context.disable()
      await act().finally(contexts)
    },
    async withoutProvider(act: () => Promise<unknown>) {
      trace.disable()
      await act().finally(() => trace.setGlobalTracerProvider(tracing))
    },
  }
}

export const answering =
  (status: number, error = 'out_of_order'): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
  }

async function rotate(response: ServerResponse): Promise<void> {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ accessToken: await accessToken(0), refreshToken: 'the-child' }))
}

export const gatewayWith = (options: MiddlewareOptions = {}) =>
  createGateway({ telemetry: openTelemetry(), onEvent: () => {}, ...options })

let visitors = 0
/** A request with an access token that is so many seconds old (it lives 900), and a refresh token that nobody has used. */
export async function visit(age: number, headers: Readonly<Record<string, string>> = {}) {
  visitors += 1
  const cookie = `accessToken=${await accessToken(age)}; refreshToken=the-parent-${visitors}`
  return new NextRequest('http://app.example/page?token=of-the-query', {
    headers: { cookie, accept: 'text/html', ...headers },
  })
}

function accessToken(age: number): Promise<string> {
  const now = Math.floor(Date.now() / 1000) - age
  return new SignJWT({ sid: 's1', roles: ['user'] })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .setIssuer('evergate')
    .setAudience('evergate-app')
    .setSubject('u1')
    .setJti('j1')
    .setIssuedAt(now)
    .setExpirationTime(now + 900)
    .sign(new TextEncoder().encode(SECRET))
}
