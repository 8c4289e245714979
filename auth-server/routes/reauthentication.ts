import type { Request } from 'express'
import { z } from 'zod'
import type { Caller } from '../http/bearer.ts'
import { ApiError } from '../http/errors.ts'
import { readBody } from '../http/http.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { type LimitedParts, limited } from './limited.ts'
import { invalidCredentials } from './sign-in.ts'

const confirmation = z.object({
  password: z.string('not_text').max(1024, 'too_long').optional(),
})

/** The parts that {@link proveItIsThem} works with. */
export interface ProofParts extends LimitedParts {
  readonly passwords: Pick<Passwords, 'matches'>
  readonly settings: {
    /** Seconds. */
    readonly reauthenticateAfter: number
  }
}

/**
 * An act that a stolen access token must not do alone needs a sign-in not older than `REAUTHENTICATE_AFTER`, or the password in the body of
 * this very request.
 *
 * @throws ApiError 401 `insufficient_user_authentication` without a password, 401 `invalid_credentials` with a wrong one, 429
 */
export async function proveItIsThem(services: ProofParts, req: Request, caller: Caller): Promise<void> {
  const { audit, passwords, settings } = services
  const { user, origin, signedInFor } = caller
  if (signedInFor < settings.reauthenticateAfter * 1000) return
  const { password } = readBody(req, confirmation)
  if (!password) throw tooLongAgo(settings.reauthenticateAfter)
  const check = async () => {
    if (await passwords.matches(user.passwordHash, password)) return true
    audit({ event: 'password-refused', at: 'reauthentication' }, { userId: user.id, ...origin })
    return undefined
  }
  const matches = await limited(services, req, 'reauthentication', user.email, check, caller.sid)
  if (!matches) throw invalidCredentials()
}

/** The challenge to sign in again (RFC 9470 3): the caller learns how young the sign-in has to be. */
function tooLongAgo(maxAge: number): ApiError {
  const code = 'insufficient_user_authentication'
  const description = 'You signed in some time ago: sign in again, or send your password with this request.'
  const challenge = `Bearer error="${code}", error_description="${description}", max_age="${maxAge}"`
  return new ApiError(401, code, description, { headers: { 'WWW-Authenticate': challenge } })
}
