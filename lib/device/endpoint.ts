import type { CookieChange } from '../gateway/cookies/session-cookies.ts'
import type { SessionOutcome } from '../gateway/decision/policy.ts'
import type { BoundSession, BoundSessions } from '../gateway/device/bound-session.ts'
import type { BindableGateway } from '../gateway/device/device-binding.ts'
import { clearTimers } from '../gateway/device/timer-cookies.ts'
import type { EventSubject, GatewayEvent } from '../gateway/events/events.ts'
import { report, subjectOf } from '../gateway/events/report.ts'
import type { JsonObject } from '../gateway/json-object.ts'
import type { WaitUntil } from '../gateway/platform.ts'
import type { VerifiedTokens } from '../gateway/renewal/renewal.ts'
import type { RequestFacts } from '../gateway/request/facts.ts'
import { clearSession, issueMark, issueSession } from '../gateway/response/cookie-changes.ts'
import type { Outcome } from '../gateway/response/outcome.ts'
import { unheardOutcome } from '../gateway/response/outcome.ts'
import { isTellable } from '../gateway/response/return-to.ts'
import type { GatewayTokens } from '../gateway/token/gateway-token.ts'
import type { SignedOutMark } from '../gateway/token/signed-out.ts'
import { signEndedMark } from '../gateway/token/signed-out.ts'
import { isChallenge, makeChallenge } from './challenge.ts'
import { DEVICE_PROOF, timer, written } from './cookies.ts'
import { concludeRefresh } from './decide-refresh.ts'
import { challengeHeader, textIn } from './fields.ts'
import type { Misfits } from './misfits.ts'
import { readProof } from './proof.ts'

/** Where the endpoints are, below the `basePath`. */
export type DevicePaths = { readonly register: `/${string}`; readonly refresh: `/${string}` }

/** Everything that device binding works with. */
export type Parts = {
  readonly gateway: BindableGateway
  /** The gateway's. */
  readonly settings: BindableGateway['settings']
  readonly gatewayTokens: GatewayTokens
  readonly sessions: BoundSessions
  readonly paths: DevicePaths
  readonly mode: 'prefer' | 'require'
  readonly misfits: Misfits
}

/** The answer of an endpoint, beside the status. */
type Answer = {
  /** JSON; a text is the code of an error. Default: no body. */
  readonly body?: object | string
  readonly challenge?: string
  readonly changes?: readonly CookieChange[]
  readonly outcome?: SessionOutcome
}

/** The answer of an endpoint: it is for the browser itself, and stays with it. */
export function answered(
  { settings }: Parts,
  facts: RequestFacts,
  status: number,
  { body, challenge, changes = [], outcome = 'anonymous' }: Answer,
): Outcome {
  const json = typeof body === 'string' ? { error: body } : body
  const headers = {
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'same-origin',
    ...(challenge && { 'secure-session-challenge': challenge }),
    ...(status === 503 && { 'retry-after': '5' }),
  }
  const init = { status, headers }
  const response = json ? Response.json(json, init) : new Response(null, init)
  const setCookies = written(changes, settings)
  return { ...unheardOutcome(response, facts, settings), outcome, setCookies, finish: () => response }
}

/** Seconds that a challenge is good for, beyond the life of the access token it came with. */
const CHALLENGE_SPARE = 300

/** The challenge to renew a session with. `now` in seconds. */
export const challengeFor = async (
  { gatewayTokens }: Parts,
  { did, refreshToken, life }: BoundSession,
  now: number,
): Promise<string> =>
  challengeHeader(await makeChallenge(gatewayTokens, refreshToken, life + CHALLENGE_SPARE, now), did)

type DeviceEvent = Exclude<Extract<GatewayEvent, { type: `device.${string}` }>, { type: 'device.misfit' }>
/** The fields of an event beside its subject. */
type Beside<Event> = Event extends GatewayEvent ? Omit<Event, keyof EventSubject> : never

/** Tells of a session's device. */
export const tell = (
  { settings }: Pick<Parts, 'settings'>,
  facts: RequestFacts,
  sid: string | undefined,
  told: Beside<DeviceEvent>,
): void => settings.onEvent({ ...told, ...subjectOf(facts, facts.traceparent, sid) } as GatewayEvent)

/** The worth of the proof in a request. `old`: well made, over a challenge that is none any more. */
export type Proven =
  | { readonly proof: 'none' | 'old' | 'wrong' }
  | { readonly proof: 'good'; readonly text: string; readonly jwk: JsonObject; readonly alg: string }

/**
 * Looks at the proof of a request, and tells of one that is wrong.
 *
 * @param key of the device, where it is known.
 * @param subject of the challenge that the proof is to be over.
 */
export async function provenIn(
  parts: Parts,
  facts: RequestFacts,
  path: string,
  sid: string,
  key: JsonObject | undefined,
  subject: string,
): Promise<Proven> {
  const { settings, gatewayTokens } = parts
  const text = textIn(facts, 'secure-session-response')
  if (!text) return { proof: 'none' }
  const reading = await readProof(text, key, originOf(facts, settings) + settings.basePath + path)
  if (reading.result === 'good') {
    const isFresh = await isChallenge(gatewayTokens, reading.jti, subject, settings.clock() / 1000)
    return isFresh ? { ...reading, text, proof: 'good' } : { proof: 'old' }
  }
  const { reason } = reading
  tell(parts, facts, sid, { type: 'device.proof-invalid', reason })
  return { proof: 'wrong' }
}

/** The site's origin. Browsers send theirs along with a renewal, and not with a registration. */
export function originOf({ headers }: RequestFacts, { trustProxy }: BindableGateway['settings']): string {
  const forwarded = trustProxy && headers.get('x-forwarded-host')
  return headers.get('origin') ?? `https://${forwarded || headers.get('host')}`
}

/** Asks the backend, which is shown the proof, and answers what it says. */
export async function renewBound(
  parts: Parts,
  facts: RequestFacts,
  session: BoundSession,
  proof: string,
  mark: SignedOutMark,
  waitUntil: WaitUntil | undefined,
): Promise<Outcome> {
  const { gateway, settings } = parts
  const { refreshToken, sid, did } = session
  const attempt = await gateway.renew(
    { ...facts, pairs: [...facts.pairs, { name: DEVICE_PROOF, value: proof }] },
    // An answer that is remembered is for the device that has proven to be there, and for no other key.
    { refreshToken, sid, client: did },
    mark.sid,
    undefined,
    waitUntil,
  )
  const { renewal } = attempt
  const [status, outcome, answer] = concludeRefresh(renewal.result)
  report(settings.onEvent, {
    facts,
    token: { state: 'absent' },
    verified: 'now',
    situation: { token: 'proof' },
    attempt,
    mark,
    endedBy: null,
    conclusion: { outcome, answer },
  })
  const told =
    renewal.result === 'rotated'
      ? await issueBound(parts, facts, renewal.tokens, session)
      : renewal.result === 'refused'
        ? { body: renewal.reason, changes: await clearBound(parts, facts, renewal.reason, mark) }
        : { body: 'temporarily_unavailable' }
  return { ...answered(parts, facts, status, { ...told, outcome } as Answer), renewal: attempt }
}

/** The cookies of a bound session, and the challenge of its next renewal. */
async function issueBound(
  parts: Parts,
  facts: RequestFacts,
  tokens: VerifiedTokens,
  before: BoundSession,
): Promise<Answer> {
  const { settings } = parts
  const now = settings.clock() / 1000
  const { claims, issued } = tokens
  const { sid, issuedAt, expiresAt } = claims
  const session = {
    ...before,
    registration: undefined,
    refreshToken: issued.refreshToken ?? before.refreshToken,
    sid,
    life: expiresAt - issuedAt,
  }
  const refreshToken = await parts.sessions.seal(session)
  return {
    changes: [
      ...issueSession({ ...tokens, issued: { ...issued, refreshToken } }, settings, true, facts.cookies, now),
      timer(expiresAt - now, settings.renewBefore),
    ],
    challenge: await challengeFor(parts, session, now),
  }
}

/** Clears the session's cookies, and tells a later request why, where there is a word for it. */
export async function clearBound(
  { settings, gatewayTokens }: Parts,
  facts: RequestFacts,
  reason: string,
  { sid }: SignedOutMark,
): Promise<readonly CookieChange[]> {
  const { cookies } = facts
  const mark = isTellable(reason)
    ? await signEndedMark(gatewayTokens, reason, sid, settings.clock() / 1000)
    : null
  return [
    ...clearSession(settings, true, cookies),
    ...clearTimers(facts.pairs),
    ...(mark ? issueMark(mark, settings, true, cookies) : []),
  ]
}
