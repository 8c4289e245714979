import type { Attributes, Span } from '@opentelemetry/api'
import { context, SpanKind, trace } from '@opentelemetry/api'
import type { Fetch } from '../gateway/platform.ts'
import { errorType, fail } from './errors.ts'
import type { Instruments } from './instruments.ts'
import { contextOf, tracer, writeTraceparent } from './trace-context.ts'

/** `fetch` with a span and a measurement for each call, by the semantic conventions of HTTP clients. */
export function createTracedFetch({ recordCall }: Pick<Instruments, 'recordCall'>): Fetch {
  return async (url, init) => {
    const headers = new Headers(init.headers)
    const parent = contextOf(headers)
    const { method = 'GET' } = init
    const { origin, pathname, hostname, port, protocol } = new URL(url)
    const target: Attributes = {
      'http.request.method': method,
      'server.address': hostname,
      'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
    }
    // A query may hold anything; whoever watches needs to know the call, not what was in it.
    const attributes = { ...target, 'url.full': origin + pathname }
    const span = tracer().startSpan(method, { kind: SpanKind.CLIENT, attributes }, parent)
    writeTraceparent(headers, span)
    const startedAt = performance.now()
    let result: Attributes = {}
    try {
      const response = await context.with(trace.setSpan(parent, span), () => fetch(url, { ...init, headers }))
      result = resultOf(response)
      return response
    } catch (error) {
      result = { 'error.type': errorType(error) }
      throw error
    } finally {
      conclude(span, result)
      recordCall((performance.now() - startedAt) / 1000, { ...target, ...result })
    }
  }
}

/** To a client, 4xx is an error too. */
function resultOf({ status }: Response): Attributes {
  return { 'http.response.status_code': status, ...(status >= 400 && { 'error.type': `${status}` }) }
}

function conclude(span: Span, result: Attributes): void {
  span.setAttributes(result)
  const type = result['error.type']
  if (typeof type === 'string') fail(span, type)
  span.end()
}
