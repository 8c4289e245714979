import type { Span } from '@opentelemetry/api'
import { context, createContextKey, trace } from '@opentelemetry/api'
import type { GatewayEvent } from '../gateway/events/events.ts'
import { attributesOf, OUTCOME } from './attributes.ts'
import { errorType, fail } from './errors.ts'
import { contextOf, tracer, writeTraceparent } from './trace-context.ts'

/** The span of the request that an event is about, also where a backend of somebody's own has opened one inside. */
const SESSION_SPAN = createContextKey('evergate.session')

/**
 * One span for what the gateway does with a request, your own middleware included. It is internal: the server's span is
 * Next's. The request's `traceparent` becomes the span's, so that the refresh call, and a page that is handed the header,
 * are below it.
 */
export async function withSessionSpan(request: Request, handle: () => Promise<Response>): Promise<Response> {
  const parent = contextOf(request.headers)
  const span = tracer().startSpan('evergate.session', {}, parent)
  writeTraceparent(request.headers, span)
  try {
    const response = await context.with(trace.setSpan(parent, span).setValue(SESSION_SPAN, span), handle)
    const outcome = response.headers.get('x-session')
    if (outcome !== null) span.setAttribute(OUTCOME, outcome)
    return response
  } catch (error) {
    fail(span, errorType(error))
    throw error
  } finally {
    span.end()
  }
}

/** Tells the request's span of an event: what was decided becomes its attributes, the rest are events on it. */
export function reportOnSpan(event: GatewayEvent): void {
  const span = context.active().getValue(SESSION_SPAN) as Span | undefined
  if (!span) return
  switch (event.type) {
    case 'session.active':
    case 'session.renewed':
    case 'session.anonymous':
    case 'session.ended':
    case 'session.degraded':
      span.setAttributes(attributesOf(event))
      if (event.type === 'session.degraded') fail(span, event.reason)
      return
    default:
      span.addEvent(event.type, attributesOf(event))
  }
}
