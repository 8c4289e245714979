import type { CookieChange } from '../gateway/cookies/session-cookies.ts'
import { readSessionCookies } from '../gateway/cookies/session-cookies.ts'
import { withoutRepeats } from '../gateway/cookies/set-cookie.ts'
import { clearTimers } from '../gateway/device/timer-cookies.ts'
import type { GatewaySettings } from '../gateway/options.ts'
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
import type { VerifiedSession } from '../gateway/session-reader.ts'
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
import { keepMark, presentedMark } from './known-device.ts'
import { refusalIn } from './refusal.ts'

/** A session that has begun, with the cookies that carry it, or why there is none. */
export type Begun =
  | { readonly ok: true; readonly session: VerifiedSession; readonly changes: readonly CookieChange[] }
  | { readonly ok: false; readonly error: SignInError }

const UNAVAILABLE: Begun = {
  ok: false,
  error: {
    code: 'temporarily_unavailable',
    message: 'Signing in is not possible right now. Please try again.',
  },
}

/** Asks the backend for something that begins a session. */
export type AskForSession = (
  calls: Partial<BackendCalls>,
  context: BackendContext,
) => Promise<SignInAnswer | undefined> | undefined

/**
 * Asks the backend for a session, in whatever framework.
 *
 * @param before the session that the request came with.
 */
export async function beginFor(
  request: CurrentRequest,
  ask: AskForSession,
  before: () => Promise<Pick<VerifiedSession, 'sid' | 'issuedAt' | 'expiresAt'> | null>,
): Promise<Begun> {
  const context = backendContext(request)
  const cookies = [context.cookies, presentedMark(request)].filter(Boolean).join('; ')
  const answer = await askSafely()
  if (answer?.result === 'begun') return accept(request, answer.tokens, before)
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

function unavailable(request: CurrentRequest, reason: string): Begun {
  reportUnavailable(request, reason)
  return UNAVAILABLE
}

/** A key set that is fetched is kept, with the settings of whoever asks. */
const keySets = new WeakMap<GatewaySettings, KeySet>()

function keysOf(settings: GatewaySettings): KeySet {
  const keys = keySets.get(settings) ?? createKeySet(settings)
  keySets.set(settings, keys)
  return keys
}

async function accept(
  request: CurrentRequest,
  issued: IssuedTokens,
  before: Parameters<typeof beginFor>[2],
): Promise<Begun> {
  const { settings } = request
  const keys = keysOf(settings)
  const gatewayTokens = createGatewayTokens(settings)
  const verified = await verifyIssued({ settings, keys, gatewayTokens }, issued)
  if (verified.result !== 'rotated') return unavailable(request, verified.reason)
  const { claims } = verified.tokens
  const known = await before().catch(() => null)
  const replaced = known && known.sid !== claims.sid ? known : null
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
  return { ok: true, session, changes: withoutRepeats(changes, settings) }
}
