import type { GatewayEvent } from '../events/events.ts'

/** Anything in the form of a JWT, and what `JSON.parse` quotes of its input. */
const SECRETS = /eyJ[\w-]*(\.[\w-]*)*|(\.\.\.)?".*"(\.\.\.)?(?= is not valid JSON)/gs
const LEFT_OUT = '(left out)'
const MAX_LENGTH = 2000

/** The event of an error that code of somebody else has thrown; without the token that it was handed. */
export function failureEvent(
  error: unknown,
  refreshToken: string,
  traceId: string | null,
): Extract<GatewayEvent, { type: 'backend.failed' }> {
  const redact = (text: unknown) =>
    `${text ?? ''}`
      .replaceAll(refreshToken, LEFT_OUT)
      .replace(SECRETS, LEFT_OUT)
      .replace(/[\w~+-]{12,}/g, (run) => (refreshToken.includes(run) ? LEFT_OUT : run))
      .slice(0, MAX_LENGTH)
  const { message = error, stack, cause } = (error ?? {}) as Partial<Error>
  const because = cause instanceof Error ? `: ${cause.message}` : ''
  return { type: 'backend.failed', message: redact(message) + redact(because), stack: redact(stack), traceId }
}
