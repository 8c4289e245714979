import type { GatewaySettings } from '../gateway/options.ts'
import type { BackendContext } from '../gateway/renewal/backend.ts'
import { failureEvent } from '../gateway/renewal/failure.ts'
import { traceIdOf } from '../gateway/request/traceparent.ts'

/** An answer that no session can be made of; `message` is the reason, in one word, and `cause` what the description has thrown. */
export class Unusable extends Error {}

/** Lets code of the description work. Throws {@link Unusable} for what it throws. */
export function theirs<Value>(work: () => Value): Value {
  try {
    return work()
  } catch (cause) {
    throw new Unusable('code_failed', { cause })
  }
}

/** The reason of an error in one word, and an event where code of the description is at fault. `secret` is left out of that. */
export function reasonOf(
  error: unknown,
  { onEvent }: Pick<GatewaySettings, 'onEvent'>,
  secret: string,
  { traceparent }: BackendContext,
): string {
  if (!(error instanceof Unusable)) return 'no_answer'
  if (error.cause) onEvent(failureEvent(error.cause, secret, traceIdOf(traceparent), 'apiBackend: '))
  return error.message
}
