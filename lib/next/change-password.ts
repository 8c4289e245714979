import { callBackend } from './backend-call.ts'
import { currentRequest } from './current-request.ts'
import type { SignInResult } from './issued-session.ts'
import { takeIssuedSession } from './issued-session.ts'
import { verifiedSession } from './session.ts'

/**
 * Changes the signed-in person's password at the backend (`POST /password`). Every session of theirs ends, this one too; the one that
 * begins has its cookies set. In a server action or route handler. Refusals are values, not exceptions: `invalid_credentials` for a
 * wrong current password, `invalid_request` with `fields` for a new one that is not good enough, `unauthenticated` without a session.
 *
 * @example
 * const result = await changePassword({ current, next })
 * if (!result.ok) return result.error.message
 */
export async function changePassword(passwords: {
  readonly current: string
  readonly next: string
}): Promise<SignInResult> {
  const request = await currentRequest()
  const session = await verifiedSession()
  if (!session)
    return { ok: false, error: { code: 'unauthenticated', message: 'Sign in to change your password.' } }
  const response = await callBackend(request, '/password', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${session.accessToken}` },
    body: JSON.stringify(passwords),
  })
  return takeIssuedSession(request, response)
}
