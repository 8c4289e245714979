import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** A span as OTLP's JSON has it, its attributes as a plain object. */
interface CollectedSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly status: { readonly code: number }
  readonly attributes: Readonly<Record<string, string | number>>
}

interface OtlpAttribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: number }
}

interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] }
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<CollectedSpan, 'attributes'> & {
        attributes: readonly OtlpAttribute[]
      })[]
    }[]
  }[]
}

const plain = (attributes: readonly OtlpAttribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? '']))

/** An OTLP collector on a real socket, which keeps what it is sent; closed after the test. */
export async function startCollector() {
  const bodies: string[] = []
  const server = createServer(async (req, res) => {
    if (req.url === '/v1/traces') bodies.push(await text(req))
    res.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const parsed = () => bodies.flatMap((body) => (JSON.parse(body) as OtlpBody).resourceSpans)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Everything that came, as it came. */
    raw: () => bodies.join('\n'),
    resources: () => parsed().map(({ resource }) => plain(resource.attributes)),
    spans: (): CollectedSpan[] =>
      parsed().flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) =>
          spans.map((span) => ({ ...span, attributes: plain(span.attributes) })),
        ),
      ),
  }
}
