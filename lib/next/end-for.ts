import type { CookieChange } from '../gateway/cookies/session-cookies.ts'
import { readSessionCookies } from '../gateway/cookies/session-cookies.ts'
import { clearTimers } from '../gateway/device/timer-cookies.ts'
import { failureEvent } from '../gateway/renewal/failure.ts'
import { readTraceparent, traceIdOf } from '../gateway/request/traceparent.ts'
import { clearSession, issueMark } from '../gateway/response/cookie-changes.ts'
import type { RequestSession } from '../gateway/response/outcome.ts'
import { tellEnded } from '../gateway/signal/ended.ts'
import { createGatewayTokens } from '../gateway/token/gateway-token.ts'
import { signSignedOutMark } from '../gateway/token/signed-out.ts'
import { backendCalls, backendContext, presentedRefreshToken } from './backend-calls.ts'
import type { CurrentRequest } from './current-request.ts'

/** The part of a session that is needed to end it. */
type Ending = Pick<RequestSession, 'sid' | 'issuedAt' | 'expiresAt' | 'accessToken'> | null

/** Tells the backend that the session has ended. Never throws. */
export async function revokeFor(request: CurrentRequest, session: Ending): Promise<void> {
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

/** The cookies by which a browser forgets the session, and answers that are under way do not bring it back. */
export async function forgetFor(request: CurrentRequest, session: Ending): Promise<readonly CookieChange[]> {
  const { settings, secure, pairs } = request
  const presented = readSessionCookies(pairs, settings, secure)
  const changes = [...clearSession(settings, secure, presented), ...clearTimers(pairs)]
  if (session) {
    tellEnded(({ sid }) => sid === session.sid)
    const mark = await signSignedOutMark(createGatewayTokens(settings), session, settings.clock() / 1000)
    changes.push(...issueMark(mark, settings, secure, presented))
  }
  return changes
}
