import type { Attributes } from '@opentelemetry/api'
import type { GatewayEvent } from '../gateway/events/events.ts'

/** Attributes that OpenTelemetry's semantic conventions have no name for. `docs/tracing.md` explains each. */
export const OUTCOME = 'evergate.outcome'
export const EVENT = 'evergate.event'
export const REASON = 'evergate.reason'

/** The attributes of metrics. Each has few values. */
export function dimensionsOf(event: GatewayEvent): Attributes {
  return {
    ...('answer' in event && { 'evergate.answer': event.answer }),
    ...('kind' in event && { 'evergate.request.kind': event.kind }),
    ...('reason' in event && { [REASON]: event.reason }),
  }
}

/** The attributes of a span. Each is named here, so that a new field of an event does not leave by itself. */
export function attributesOf(event: GatewayEvent): Attributes {
  return {
    ...dimensionsOf(event),
    ...('sid' in event && event.sid !== null && { 'session.id': event.sid }),
    ...('token' in event && { 'evergate.token': event.token }),
    ...('shared' in event && { 'evergate.renewal.shared': event.shared }),
    ...('pause' in event && { 'evergate.breaker.pause': event.pause / 1000 }),
    ...('seconds' in event && { 'evergate.clock.skew': event.seconds }),
    ...('bytes' in event && { 'evergate.cookies.size': event.bytes }),
  }
}
