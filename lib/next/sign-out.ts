import type { VerifiedSession } from '../gateway/session-reader.ts'
import type { CurrentRequest } from './current-request.ts'
import { currentRequest, writeCookies } from './current-request.ts'
import { forgetFor, revokeFor } from './end-for.ts'
import { verifiedSession } from './session.ts'
import { signOutHeaders } from './sign-out-headers.ts'

/**
 * Revokes the session at the backend (`POST /logout`, or as the configured backend says), and ends it here as
 * {@link endSession} does. In a server action or route handler. Never throws: a backend that cannot be reached keeps nobody
 * signed in here, and `backend.sign-out-failed` tells of it.
 *
 * @returns headers for the answer of a route handler; the answer of an action cannot carry any.
 * @example
 * const headers = await signOut()
 * return new Response(null, { status: 204, headers })
 */
export async function signOut(): Promise<Readonly<Record<string, string>>> {
  const request = await currentRequest()
  const session = await verifiedSession().catch(() => null)
  await revokeFor(request, session)
  return forget(request, session)
}

/**
 * Ends the session in this browser, without a word to the backend: clears its cookies and sets the signed-out mark, so that
 * an answer already under way cannot bring it back. In a server action or route handler.
 *
 * @returns headers for the answer of a route handler, as {@link signOut} does.
 */
export async function endSession(): Promise<Readonly<Record<string, string>>> {
  return forget(await currentRequest(), await verifiedSession().catch(() => null))
}

async function forget(
  request: CurrentRequest,
  session: VerifiedSession | null,
): Promise<Readonly<Record<string, string>>> {
  await writeCookies(await forgetFor(request, session), request)
  return signOutHeaders(request.settings)
}
