import type { Request } from 'express'
import { z } from 'zod'
import type { Caller } from '../../http/bearer.ts'
import { ApiError } from '../../http/errors.ts'
import { readBody } from '../../http/http.ts'
import { type SecondFactor, waysOf } from '../../sign-in/second-factor.ts'
import { levelOf, TWO_FACTORS } from '../../sign-in/steps.ts'
import { type ProofParts, proveItIsThem } from '../reauthentication.ts'
import { acceptCode, type CodeParts, code } from './code.ts'

const proof = z.object({ password: z.string('not_text').optional(), code: code.optional() })

/**
 * A change of somebody's factors needs all that a sign-in of theirs needs: a young sign-in with two factors, or the password and a code in the
 * body of this very request. As long as they have no second factor, a young sign-in or the password.
 *
 * @throws ApiError 401 `insufficient_user_authentication`, `invalid_credentials`, `invalid_code`; 429
 */
export async function proveBothFactors(
  services: ProofParts & CodeParts,
  secondFactor: SecondFactor,
  req: Request,
  caller: Caller,
): Promise<void> {
  const { reauthenticateAfter } = services.settings
  const { user } = caller
  const factors = await services.store.factors.list(user.id)
  if (waysOf(factors, secondFactor).length === 0) return await proveItIsThem(services, req, caller)
  const isYoung = caller.signedInFor < reauthenticateAfter * 1000
  if (isYoung && levelOf(caller.amr) === TWO_FACTORS) return
  const shown = readBody(req, proof)
  if (!shown.password || !shown.code) throw notSureEnough(reauthenticateAfter)
  // The password is looked at whatever the age of the sign-in.
  await proveItIsThem(services, req, { ...caller, signedInFor: Number.POSITIVE_INFINITY })
  if (!(await acceptCode(services, secondFactor, req, user, factors, shown.code))) throw invalidCode(401)
}

/** The challenge to sign in again, with two factors (RFC 9470 3). */
function notSureEnough(maxAge: number): ApiError {
  const error = 'insufficient_user_authentication'
  const description = 'Sign in again with two factors, or send your password and a code with this request.'
  const challenge = `Bearer error="${error}", error_description="${description}", max_age="${maxAge}", acr_values="${TWO_FACTORS}"`
  return new ApiError(401, error, description, { headers: { 'WWW-Authenticate': challenge } })
}

/** The answer to a wrong code, and to one that was used before. */
export function invalidCode(status: 400 | 401): ApiError {
  return new ApiError(status, 'invalid_code', 'This code is wrong, or was used before.')
}
