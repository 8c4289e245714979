import type { NextRequest } from 'next/server'
import type { SessionOutcome } from '../gateway/decision/policy.ts'
import { PASSING, reachesTheApp } from './handed-on.ts'

/**
 * Decorates the answer to a request that may not pass: change `response`, whose status says why (303, 401, 403, 503), or
 * return another. The session's cookies leave with it. It lets nothing pass: in the place of `NextResponse.next()` or a
 * rewrite, `response` itself is sent.
 *
 * @example
 * const refused: Refused = (_request, outcome, response) => {
 *   response.headers.set('x-why', outcome)
 *   return response
 * }
 */
export type Refused = (
  request: NextRequest,
  outcome: SessionOutcome,
  response: Response,
) => Response | undefined | Promise<Response | undefined>

/** The gateway's answer, or what `refused` makes of it. */
export async function decorated(
  request: NextRequest,
  outcome: SessionOutcome,
  response: Response,
  refused: Refused | undefined,
): Promise<Response> {
  const own = await refused?.(request, outcome, response)
  // Copied, because the headers of a redirect made by `Response.redirect` cannot be changed.
  const answer = !own || own === response || reachesTheApp(own) ? response : new Response(own.body, own)
  for (const name of PASSING) answer.headers.delete(name)
  return answer
}
