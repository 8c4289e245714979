import type { Outcome } from '../gateway/response/outcome.ts'
import { NO_STORE, withoutSharing } from '../next/cache-control.ts'

/**
 * The response that leaves: with the session's cookies, one header each, what became of the session, and nothing that lets others keep it.
 *
 * @param setCookies those of a session that has begun or ended while the app answered; they stand in the place of the gateway's.
 */
export function seal(
  response: Response,
  outcome: Outcome,
  setCookies: readonly string[],
  milliseconds: number,
): Response {
  // A protocol upgrade has no body, carries no cookies, and cannot be copied.
  if (response.status === 101) return response
  const finished = outcome.finish?.(response) ?? response
  const sealed = new Response(finished.body, finished)
  const { headers } = sealed
  headers.set('x-session', outcome.outcome)
  headers.append('server-timing', timing(outcome, milliseconds))
  const replaced = new Set(setCookies.map(nameOf))
  const cookies = [...outcome.setCookies.filter((header) => !replaced.has(nameOf(header))), ...setCookies]
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  // A stored Set-Cookie would sign strangers in.
  if (headers.has('set-cookie') || outcome.refusal) headers.set('cache-control', NO_STORE)
  else if (outcome.noStore) headers.set('cache-control', withoutSharing(headers.get('cache-control') ?? ''))
  return sealed
}

const nameOf = (header: string) => header.slice(0, header.indexOf('='))

function timing({ outcome, renewal }: Outcome, milliseconds: number): string {
  const session = `session;desc="${outcome}";dur=${milliseconds.toFixed(1)}`
  return renewal
    ? `${session}, renewal;dur=${renewal.milliseconds}, traceparent;desc="${renewal.traceparent}"`
    : session
}
