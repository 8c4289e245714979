import type { GatewayEvent } from '../gateway/events/events.ts'
import type { Fetch } from '../gateway/platform.ts'

/** An observer of a gateway at work. `openTelemetry()` of `evergate/opentelemetry` makes one. */
export type Telemetry = {
  /** Runs `handle` for a request; may set the `traceparent` that the gateway finds in it. */
  request(request: Request, handle: () => Promise<Response>): Promise<Response>
  /** Calls the backend in the gateway's place. */
  readonly fetch: Fetch
  /** Told of every event, before `onEvent` is. */
  onEvent(event: GatewayEvent): void
}
