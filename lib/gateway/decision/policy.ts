import type { Delivery } from '../request/delivery.ts'
import type { RequestKind } from '../request/kind.ts'
import type { TokenState } from '../token/state.ts'

/** The outcome of a request, as the `x-session` header names it. */
export type SessionOutcome = 'active' | 'renewed' | 'anonymous' | 'ended' | 'degraded'

/** The result of a renewal. */
export type Tried = 'rotated' | 'refused' | 'unavailable'

/** Everything a decision depends on, as plain data. */
export type Situation = {
  /**
   * `signed-out`: the token is good, but this browser has signed out of its session. `ended`: its session has ended before it, by the
   * word of `revocation`.
   */
  readonly token: TokenState['state'] | 'signed-out' | 'ended'
  /** The token is expired, but may still be served: STALE_IF_ERROR has not run out, and the request is safe. */
  readonly servableStale: boolean
  readonly refreshToken: 'presented' | 'absent'
  /** Whether the answer can carry cookies, under a `Cache-Control` of the gateway. */
  readonly delivery: Delivery
  /** `always`: the route asks for a renewal even of a token that is still good. */
  readonly renew: 'when-due' | 'always'
  /** `insufficient`: the person has signed in too long ago for this path, or not in a way that is sure enough (RFC 9470). */
  readonly access: 'public' | 'allowed' | 'role-missing' | 'insufficient'
  /** The path wants to know which sessions have ended, and that cannot be told now. A renewal tells it, too. */
  readonly unsure: boolean
  readonly kind: RequestKind
}

/** Whom the app sees: the session presented, the renewed one, or nobody. */
type Identity = 'presented' | 'renewed' | 'none'

/** How the gateway answers: lets the request pass, or one of the refusals. */
export type Answer =
  | 'pass'
  | 'redirect-to-sign-in'
  | 'action-to-sign-in'
  | 'unauthenticated'
  | 'forbidden'
  | 'unavailable-page'
  | 'unavailable'

export type Conclusion = {
  readonly step: 'conclude'
  readonly outcome: SessionOutcome
  readonly identity: Identity
  readonly cookies: 'keep' | 'issue' | 'clear'
  readonly answer: Answer
  /** A word for why, where it is neither the backend's nor that of `revocation`. */
  readonly reason?: string
}

export type Decision = { readonly step: 'renew' } | Conclusion

/** The decision table, before any renewal. */
export function decide(situation: Situation): Decision {
  const outcome = judge(situation)
  return outcome === 'renew' ? { step: 'renew' } : concludeAs(outcome, situation)
}

/** The decision on a request whose session cookies are another app's: nobody is signed in here, and nothing is cleared. */
export const decideWithout = (situation: Situation): Conclusion =>
  concludeAs('anonymous', { ...situation, token: 'absent' })

/** The decision after a renewal. It cannot ask for another one, so no request is ever renewed twice. */
export function conclude(situation: Situation, renewal: Tried): Conclusion {
  return concludeAs(isOver(situation.token) ? 'ended' : AFTER[renewal], situation)
}

const AFTER = { rotated: 'renewed', refused: 'ended', unavailable: 'degraded' } as const

/** The conclusion of an outcome. */
export function concludeAs(outcome: SessionOutcome, situation: Situation): Conclusion {
  const identity = identityOf(outcome, situation)
  const cookies = cookiesAfter(outcome, situation)
  return { step: 'conclude', outcome, identity, cookies, answer: answerTo(situation, outcome, identity) }
}

function judge({ token, refreshToken, delivery, renew, unsure }: Situation): SessionOutcome | 'renew' {
  const asItIs = !isGood(token) ? 'anonymous' : unsure ? 'degraded' : 'active'
  // The access token alone decides: no cookie could tell the browser of anything else.
  if (delivery === 'impossible') return asItIs
  if (isOver(token)) return 'ended'
  if (token === 'unverifiable') return 'degraded'
  const isDue = token !== 'valid' || renew === 'always'
  return isDue && refreshToken === 'presented' ? 'renew' : asItIs
}

export const isGood = (token: Situation['token']) => token === 'valid' || token === 'expiring'
export const isOver = (token: Situation['token']) => token === 'signed-out' || token === 'ended'

function identityOf(outcome: SessionOutcome, situation: Situation): Identity {
  if (outcome === 'renewed') return 'renewed'
  const isPresented = outcome === 'active' || (outcome === 'degraded' && canGoOn(situation))
  return isPresented ? 'presented' : 'none'
}

/** Keeps cookies when the session's state is unknown, when no token was sent, and when the answer can carry none. */
function cookiesAfter(outcome: SessionOutcome, { token, delivery }: Situation): Conclusion['cookies'] {
  if (delivery === 'impossible') return 'keep'
  if (outcome === 'renewed') return 'issue'
  return outcome === 'ended' || (outcome === 'anonymous' && token !== 'absent') ? 'clear' : 'keep'
}

function canGoOn({ token, servableStale, unsure }: Situation): boolean {
  return !unsure && (isGood(token) || (token === 'expired' && servableStale))
}

function answerTo(
  { access, kind, delivery }: Situation,
  outcome: SessionOutcome,
  identity: Identity,
): Answer {
  if (access === 'public') return 'pass'
  if (identity !== 'none' && access !== 'insufficient') return access === 'allowed' ? 'pass' : 'forbidden'
  if (identity === 'none' && outcome === 'degraded')
    return kind === 'document' ? 'unavailable-page' : 'unavailable'
  if (kind === 'action') return 'action-to-sign-in'
  return kind === 'document' && delivery === 'possible' ? 'redirect-to-sign-in' : 'unauthenticated'
}
