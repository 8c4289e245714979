import type { Context, Span } from '@opentelemetry/api'
import { context, isSpanContextValid, trace } from '@opentelemetry/api'
import { readTraceparent } from '../gateway/request/traceparent.ts'

/**
 * Where spans come from, asked anew for each: `instrumentation.ts` may be a bundle with a copy of the API of its own, whose
 * provider a tracer that was made before it never finds.
 */
export const tracer = () => trace.getTracer('evergate')

/**
 * The context that a span belongs into: the active one if a span is in it, else what the headers say. Of the headers only
 * `traceparent` counts, whatever propagator is registered: it is what browser, gateway and backend have agreed on.
 */
export function contextOf(headers: Headers): Context {
  const active = context.active()
  if (trace.getSpanContext(active)) return active
  const [, traceId = '', spanId = '', flags = ''] = readTraceparent(headers)?.split('-') ?? []
  const remote = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return isSpanContextValid(remote) ? trace.setSpanContext(active, remote) : active
}

/** Makes the span the parent of whoever reads the headers. One that nobody records may have no name to give. */
export function writeTraceparent(headers: Headers, span: Span): void {
  const spanContext = span.spanContext()
  if (!isSpanContextValid(spanContext)) return
  const { traceId, spanId, traceFlags } = spanContext
  headers.set('traceparent', `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`)
}
