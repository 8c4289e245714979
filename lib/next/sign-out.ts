import { readSessionCookies } from '../gateway/cookies/session-cookies.ts'
import { clearSession, issueMark } from '../gateway/response/cookie-changes.ts'
import { createGatewayTokens } from '../gateway/token/gateway-token.ts'
import { signSignedOutMark } from '../gateway/token/signed-out.ts'
import { callBackend, presentedRefreshCookie } from './backend-call.ts'
import { currentRequest, writeCookies } from './current-request.ts'
import { verifiedSession } from './session.ts'
import { signOutHeaders } from './sign-out-headers.ts'

/**
 * Revokes the session at the backend (`POST /logout`), clears its cookies and sets the signed-out mark, so that an
 * answer already under way cannot bring it back. In a server action or route handler. Never throws: a backend that
 * cannot be reached keeps nobody signed in here.
 *
 * @returns headers for the answer of a route handler; the answer of an action cannot carry any.
 * @example
 * const headers = await signOut()
 * return new Response(null, { status: 204, headers })
 */
export async function signOut(): Promise<Readonly<Record<string, string>>> {
  const request = await currentRequest()
  const { settings, secure, pairs } = request
  const session = await verifiedSession().catch(() => null)
  await callBackend(request, '/logout', { method: 'POST', headers: presentedRefreshCookie(request) })

  const presented = readSessionCookies(pairs, settings, secure)
  const changes = clearSession(settings, secure, presented)
  if (session) {
    const mark = await signSignedOutMark(createGatewayTokens(settings), session, settings.clock() / 1000)
    changes.push(...issueMark(mark, settings, secure, presented))
  }
  await writeCookies(changes, request)
  return signOutHeaders(settings)
}
