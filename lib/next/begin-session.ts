import { readSessionCookies } from '../gateway/cookies/session-cookies.ts'
import { withoutRepeats } from '../gateway/cookies/set-cookie.ts'
import { clearTimers } from '../gateway/device/timer-cookies.ts'
import type {
  BackendCalls,
  BackendContext,
  IssuedTokens,
  SignInAnswer,
  SignInError,
} from '../gateway/renewal/backend.ts'
import { unavailable as noAnswer } from '../gateway/renewal/backend.ts'
import { failureEvent } from '../gateway/renewal/failure.ts'
import { verifyIssued } from '../gateway/renewal/verify-issued.ts'
import { traceIdOf } from '../gateway/request/traceparent.ts'
import { clearSession, issueMark, issueSession } from '../gateway/response/cookie-changes.ts'
import { tellEnded } from '../gateway/signal/ended.ts'
import { createGatewayTokens } from '../gateway/token/gateway-token.ts'
import type { KeySet } from '../gateway/token/key-set.ts'
import { createKeySet } from '../gateway/token/key-set.ts'
import { providerToken } from '../gateway/token/provider-token.ts'
import { sessionEndOf } from '../gateway/token/session-end.ts'
import { signInMethodsOf } from '../gateway/token/sign-in-methods.ts'
import { signSignedOutMark } from '../gateway/token/signed-out.ts'
import { backendCalls, backendContext, reportUnavailable } from './backend-calls.ts'
import type { CurrentRequest } from './current-request.ts'
import { currentRequest, writeCookies } from './current-request.ts'
import { keepMark, presentedMark } from './known-device.ts'
import { refusalIn } from './refusal.ts'
import type { Session } from './session.ts'
import { toSession, verifiedSession } from './session.ts'

/** The answer of `signIn()`, `register()`, `startSession()` and `changePassword()`: the session that has begun, or why there is none. */
export type SignInResult =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly error: SignInError }

const UNAVAILABLE: SignInResult = {
  ok: false,
  error: {
    code: 'temporarily_unavailable',
    message: 'Signing in is not possible right now. Please try again.',
  },
}

/** Asks the backend for a session, and sets its cookies. */
export async function beginSession(
  ask: (
    calls: Partial<BackendCalls>,
    context: BackendContext,
  ) => Promise<SignInAnswer | undefined> | undefined,
): Promise<SignInResult> {
  const request = await currentRequest()
  const context = backendContext(request)
  const cookies = [context.cookies, presentedMark(request)].filter(Boolean).join('; ')
  const answer = await askSafely()
  if (answer?.result === 'begun') return accept(request, answer.tokens)
  if (answer?.result === 'refused') return { ok: false, error: answer.error }
  if (answer?.result !== 'answered') return unavailable(request, answer?.reason ?? 'no_such_call')
  const { status, body } = answer
  const error = refusalIn(status, body)
  return error
    ? { ok: false, error }
    : unavailable(request, status < 400 ? 'malformed_answer' : `status_${status}`)

  async function askSafely(): Promise<SignInAnswer | undefined> {
    try {
      return await ask(await backendCalls(request), { ...context, cookies })
    } catch (error) {
      const traceId = traceIdOf(context.traceparent)
      request.settings.onEvent(failureEvent(error, '', traceId, 'backend: '))
      return noAnswer('backend_failed')
    }
  }
}

function unavailable(request: CurrentRequest, reason: string): SignInResult {
  reportUnavailable(request, reason)
  return UNAVAILABLE
}

let keys: KeySet | undefined

async function accept(request: CurrentRequest, issued: IssuedTokens): Promise<SignInResult> {
  const { settings } = request
  keys ??= createKeySet(settings)
  const gatewayTokens = createGatewayTokens(settings)
  const verified = await verifyIssued({ settings, keys, gatewayTokens }, issued)
  if (verified.result !== 'rotated') return unavailable(request, verified.reason)
  const { claims } = verified.tokens
  const before = await verifiedSession().catch(() => null)
  const replaced = before && before.sid !== claims.sid ? before : null
  const { secure, pairs } = request
  const presented = readSessionCookies(pairs, settings, secure)
  const now = settings.clock() / 1000
  if (replaced) tellEnded(({ sid }) => sid === replaced.sid)
  const mark = replaced && (await signSignedOutMark(gatewayTokens, replaced, now))
  const changes = [
    // Nothing of the session before may stay: this one may have fewer cookies.
    ...clearSession(settings, secure, presented),
    ...clearTimers(pairs),
    ...issueSession(verified.tokens, settings, secure, presented, now),
    // An answer to the session before that is already under way must not bring it back.
    ...(mark ? issueMark(mark, settings, secure, presented) : []),
    ...keepMark(issued.otherCookies, request),
  ]
  await writeCookies(withoutRepeats(changes, settings), request)
  const { accessToken, userData } = issued
  const [endsAt, amr] = [sessionEndOf(accessToken), signInMethodsOf(accessToken)]
  const session = {
    ...claims,
    accessToken: providerToken(accessToken),
    userData,
    endsAt,
    amr,
    device: 'unbound',
  } as const
  return { ok: true, session: toSession(session) }
}
