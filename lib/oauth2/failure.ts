import { failureEvent } from '../gateway/renewal/failure.ts'
import { readTraceparent, traceIdOf } from '../gateway/request/traceparent.ts'
import type { Parts } from './routes-parts.ts'

/** Tells of an error in the middle of one of these routes. `secret` is left out of it. */
export function tellFailure(
  { settings }: Parts,
  place: string,
  error: unknown,
  request: Request,
  secret = '',
): void {
  const traceId = traceIdOf(readTraceparent(request.headers))
  settings.onEvent(failureEvent(error, secret, traceId, `${place}: `))
}
