import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Kinds of span. */
export const INTERNAL = 1
export const SERVER = 2
export const CLIENT = 3

/** A span as OTLP has it in JSON, with its attributes as plain data. */
export type CollectedSpan = {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly kind: number
  readonly attributes: Readonly<Record<string, unknown>>
  /** `service.name` of whoever sent it. */
  readonly service: unknown
}

/** Receives what OpenTelemetry exports, by OTLP over HTTP in JSON. */
export type Collector = {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string
  spans(): readonly CollectedSpan[]
  /** Names of what was measured. */
  metrics(): readonly string[]
  /** Everything that was sent, as it was sent. */
  text(): string
  close(): Promise<void>
}

export async function openCollector(): Promise<Collector> {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    bodies.push(await textOf(request))
    response.setHeader('content-type', 'application/json')
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => bodies.flatMap(spansIn),
    metrics: () => bodies.flatMap(metricsIn),
    text: () => bodies.join('\n'),
    async close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

type KeyValue = { readonly key: string; readonly value: Readonly<Record<string, unknown>> }
type Attributed = { readonly attributes?: readonly KeyValue[] }
type Span = Omit<CollectedSpan, 'attributes' | 'service'> & Attributed
type Exported = {
  readonly resourceSpans?: readonly {
    readonly resource: Attributed
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[]
  }[]
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly { readonly name: string }[] }[]
  }[]
}

function metricsIn(body: string): string[] {
  const { resourceMetrics = [] } = JSON.parse(body) as Exported
  return resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
  )
}

function spansIn(body: string): CollectedSpan[] {
  const { resourceSpans = [] } = JSON.parse(body) as Exported
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        parentSpanId: span.parentSpanId ?? '',
        attributes: plain(span),
        service: plain(resource)['service.name'],
      })),
    ),
  )
}

const plain = ({ attributes = [] }: Attributed): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
