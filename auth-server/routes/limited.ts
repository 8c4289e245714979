import type { Request } from 'express'
import { ApiError } from '../http/errors.ts'
import { originOf } from '../http/http.ts'
import type { RequestEvent } from '../observe/audit.ts'
import type { Services } from '../services.ts'

type Place = Extract<RequestEvent, { event: 'tries-limited' }>['at']

/**
 * Runs a check that answers undefined when it fails, within the limits on failed tries, and records where they were passed.
 *
 * @param account - e-mail address in its stored form; undefined when only the caller's network counts
 * @throws ApiError 429 `too_many_requests`
 */
export async function limited<T>(
  { audit, limits }: Services,
  req: Request,
  at: Place,
  account: string | undefined,
  check: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const origin = originOf(req)
  try {
    return await limits.attempt(
      { ...(account === undefined ? {} : { account }), address: origin.address },
      check,
    )
  } catch (error) {
    if (error instanceof ApiError && error.code === 'too_many_requests')
      audit({ event: 'tries-limited', at }, origin)
    throw error
  }
}
