import type { SignInError } from '../gateway/renewal/backend.ts'
import type { AskForSession } from './begin-for.ts'
import { beginFor } from './begin-for.ts'
import { currentRequest, writeCookies } from './current-request.ts'
import type { Session } from './session.ts'
import { toSession, verifiedSession } from './session.ts'

/** The answer of `signIn()`, `register()`, `startSession()` and `changePassword()`: the session that has begun, or why there is none. */
export type SignInResult =
  | { readonly ok: true; readonly session: Session; readonly error?: undefined }
  | { readonly ok: false; readonly error: SignInError; readonly session?: undefined }

/** Asks the backend for a session, and sets its cookies. */
export async function beginSession(ask: AskForSession): Promise<SignInResult> {
  const request = await currentRequest()
  const begun = await beginFor(request, ask, verifiedSession)
  if (!begun.ok) return begun
  await writeCookies(begun.changes, request)
  return { ok: true, session: toSession(begun.session) }
}
