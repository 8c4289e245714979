import type { Telemetry } from '../next/telemetry.ts'
import { createTracedFetch } from './client-span.ts'
import { createInstruments } from './instruments.ts'
import { reportOnSpan, withSessionSpan } from './session-span.ts'

/**
 * Spans and metrics of a gateway, through the providers that your app has registered with `@opentelemetry/api`; without one
 * nothing is recorded. Register them in `instrumentation.ts`, for the edge runtime too: a provider of metrics that comes
 * after the first request is not found.
 *
 * @example
 * export const middleware = createGateway({ telemetry: openTelemetry() })
 */
export function openTelemetry(): Telemetry {
  const instruments = createInstruments()
  return {
    request: withSessionSpan,
    fetch: createTracedFetch(instruments),
    onEvent(event) {
      reportOnSpan(event)
      instruments.countEvent(event)
    },
  }
}
