import { readSessionCookies } from '../gateway/cookies/session-cookies.ts'
import { clearTimers } from '../gateway/device/timer-cookies.ts'
import { failureEvent } from '../gateway/renewal/failure.ts'
import { readTraceparent, traceIdOf } from '../gateway/request/traceparent.ts'
import { clearSession, issueMark } from '../gateway/response/cookie-changes.ts'
import type { VerifiedSession } from '../gateway/session-reader.ts'
import { tellEnded } from '../gateway/signal/ended.ts'
import { createGatewayTokens } from '../gateway/token/gateway-token.ts'
import { signSignedOutMark } from '../gateway/token/signed-out.ts'
import { backendCalls, backendContext, presentedRefreshToken } from './backend-calls.ts'
import type { CurrentRequest } from './current-request.ts'
import { currentRequest, writeCookies } from './current-request.ts'
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
  await revoke(request, session)
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

async function revoke(request: CurrentRequest, session: VerifiedSession | null): Promise<void> {
  const refreshToken = (await presentedRefreshToken(request)) ?? null
  const accessToken = session?.accessToken ?? null
  const { signOut: call } = await backendCalls(request)
  const ending = { refreshToken, accessToken }
  const traceId = traceIdOf(readTraceparent(request.headers))
  const reason = await Promise.resolve(backendContext(request))
    .then((context) => call?.(ending, context))
    .catch((error) => {
      request.settings.onEvent(failureEvent(error, `${refreshToken} ${accessToken}`, traceId, 'signOut: '))
      return 'no_answer'
    })
  if (!reason) return
  request.settings.onEvent({ type: 'backend.sign-out-failed', reason, traceId })
}

async function forget(
  request: CurrentRequest,
  session: VerifiedSession | null,
): Promise<Readonly<Record<string, string>>> {
  const { settings, secure, pairs } = request
  const presented = readSessionCookies(pairs, settings, secure)
  const changes = [...clearSession(settings, secure, presented), ...clearTimers(pairs)]
  if (session) {
    tellEnded(({ sid }) => sid === session.sid)
    const mark = await signSignedOutMark(createGatewayTokens(settings), session, settings.clock() / 1000)
    changes.push(...issueMark(mark, settings, secure, presented))
  }
  await writeCookies(changes, request)
  return signOutHeaders(settings)
}
