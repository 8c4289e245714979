import type { SignInResult } from './begin-session.ts'
import { beginSession } from './begin-session.ts'
import { verifiedSession } from './session.ts'

/**
 * Changes the signed-in person's password at the backend (`POST /password`, or as the configured backend says). Every session of theirs
 * ends, this one too; the one that begins has its cookies set. In a server action or route handler. Refusals are values, not exceptions:
 * `invalid_credentials` for a wrong current password, `invalid_request` with `fields` for a new one that is not good enough,
 * `unauthenticated` without a session.
 *
 * @example
 * const result = await changePassword({ current: 'the old one', next: 'the new one' })
 * const problem = result.ok ? null : result.error.message
 */
export async function changePassword(passwords: {
  readonly current: string
  readonly next: string
}): Promise<SignInResult> {
  const session = await verifiedSession()
  if (!session)
    return { ok: false, error: { code: 'unauthenticated', message: 'Sign in to change your password.' } }
  const { accessToken } = session
  return beginSession((calls, context) => calls.changePassword?.(passwords, accessToken, context))
}
