import type { GatewayEvent } from '../events/events.ts'

/** Anything in the form of a JWT, and what `JSON.parse` quotes of its input. */
const SECRETS =
  /eyJ[\w-]*(\.[\w-]*)*|(\.\.\.)?".*"(\.\.\.)?(?= is (not valid JSON|an invalid header value))/gs
const LEFT_OUT = '(left out)'
/** Characters; what is shorter is no secret, and a part of many words. */
const SHORTEST = 6
const MAX_LENGTH = 2000

/**
 * The event of an error that somebody else is at fault for; without the `secret` that was in their hands. `place` is told before
 * the message.
 */
export function failureEvent(
  error: unknown,
  secret: string,
  traceId: string | null,
  place = '',
): Extract<GatewayEvent, { type: 'backend.failed' }> {
  const redact = (text: unknown) =>
    `${text ?? ''}`
      .replaceAll(secret.length < SHORTEST ? LEFT_OUT : secret, LEFT_OUT)
      .replace(SECRETS, LEFT_OUT)
      .replace(/[\w~+-]{12,}/g, (run) => (secret.includes(run) ? LEFT_OUT : run))
      .slice(0, MAX_LENGTH)
  const { message = error, stack, cause } = (error ?? {}) as Partial<Error>
  const because = cause instanceof Error ? `: ${cause.message}` : ''
  return {
    type: 'backend.failed',
    message: place + redact(message) + redact(because),
    stack: redact(stack),
    traceId,
  }
}
