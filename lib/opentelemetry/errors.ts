import type { Span } from '@opentelemetry/api'
import { SpanStatusCode } from '@opentelemetry/api'

/** Marks a span as failed. `type` is what `error.type` of the semantic conventions wants: one of few words. */
export function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type)
  span.setStatus({ code: SpanStatusCode.ERROR })
}

/** `ECONNREFUSED` says more than the `TypeError` that `fetch` puts around it. The message may hold anything, and stays here. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return 'Error'
  const { cause } = error
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : error.name
}
