import type { Request } from 'express'
import { z } from 'zod'
import { originOf } from '../../http/http.ts'
import { type RightCode, readCode, type SecondFactor } from '../../sign-in/second-factor.ts'
import type { Factor } from '../../store/factors.ts'
import type { RequestStore, User } from '../../store/store.ts'
import { type LimitedParts, limited } from '../limited.ts'

/** A code of an authenticator app, or a recovery code, as it is typed. */
export const code = z.string('not_text').min(1, 'empty').max(64, 'too_long')

/** The token of a step. */
export const step = z.string('not_text').min(1, 'empty').max(200, 'too_long')

/** The parts that {@link acceptCode} works with. */
export interface CodeParts extends LimitedParts {
  readonly store: Pick<RequestStore, 'factors'>
}

/**
 * Takes a code, once, within limits of its own: the right password does not forgive wrong codes.
 *
 * @param factors - the user's, as they are now
 * @returns undefined for a wrong one, or one that was used before
 * @throws ApiError 429 `too_many_requests`
 */
export async function acceptCode(
  services: CodeParts,
  secondFactor: SecondFactor,
  req: Request,
  user: Pick<User, 'id'>,
  factors: readonly Factor[],
  typed: string,
): Promise<RightCode['kind'] | undefined> {
  const { audit, clock, store } = services
  const subject = { userId: user.id, ...originOf(req) }
  const refused = () => {
    audit({ event: 'factor-refused', factor: 'code' }, subject)
    return undefined
  }
  const look = async () => readCode(typed, user.id, factors, secondFactor, clock()) ?? refused()
  const right = await limited(services, req, 'second-factor', `second factor of ${user.id}`, look)
  if (!right) return undefined
  if (!(await right.use(store.factors))) return refused()
  if (right.kind === 'recovery-code') {
    const left = factors.filter(({ kind }) => kind === 'recovery-code').length - 1
    audit({ event: 'recovery-code-used', left }, subject)
  }
  return right.kind
}
