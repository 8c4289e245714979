import type { RequestKind } from '../request/kind.ts'
import type { TokenState } from '../token/state.ts'

/** The outcome of a request, as the `x-session` header names it. */
export type SessionOutcome = 'active' | 'renewed' | 'anonymous' | 'ended' | 'degraded'

type Tried = 'rotated' | 'refused' | 'unavailable'

/** Everything a decision depends on, as plain data. */
export type Situation = {
  /** `signed-out`: the token is good, but this browser has signed out of its session. */
  readonly token: TokenState['state'] | 'signed-out'
  /** The token is expired, but may still be served: STALE_IF_ERROR has not run out, and the request is safe. */
  readonly servableStale: boolean
  readonly refreshToken: 'presented' | 'absent'
  readonly renewal: 'not-tried' | Tried
  /** `always`: the route asks for a renewal even of a token that is still good. */
  readonly renew: 'when-due' | 'always'
  readonly access: 'public' | 'allowed' | 'role-missing'
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
}

export type Decision = { readonly step: 'renew' } | Conclusion

/** The decision table. It asks for a renewal only while none was tried, so no request is ever renewed twice. */
export function decide<Asked extends Situation>(
  situation: Asked,
): Asked['renewal'] extends Tried ? Conclusion : Decision
export function decide(situation: Situation): Decision {
  const outcome = judgeSession(situation)
  return outcome === 'renew' ? { step: 'renew' } : conclude(outcome, situation)
}

/** The decision on a request whose session cookies are another app's: nobody is signed in here, and nothing is cleared. */
export const decideWithout = (situation: Situation): Conclusion =>
  conclude('anonymous', { ...situation, token: 'absent' })

function conclude(outcome: SessionOutcome, situation: Situation): Conclusion {
  const identity = identityOf(outcome, situation)
  const cookies = cookiesAfter(outcome, situation)
  return { step: 'conclude', outcome, identity, cookies, answer: answerTo(situation, outcome, identity) }
}

function judgeSession(situation: Situation): SessionOutcome | 'renew' {
  if (situation.token === 'signed-out') return 'ended'
  switch (situation.renewal) {
    case 'rotated':
      return 'renewed'
    case 'refused':
      return 'ended'
    case 'unavailable':
      return 'degraded'
    case 'not-tried':
      return beforeRenewal(situation)
  }
}

function beforeRenewal({ token, refreshToken, renew }: Situation): SessionOutcome | 'renew' {
  if (token === 'unverifiable') return 'degraded'
  const isDue = token !== 'valid' || renew === 'always'
  if (isDue && refreshToken === 'presented') return 'renew'
  return token === 'valid' || token === 'expiring' ? 'active' : 'anonymous'
}

function identityOf(outcome: SessionOutcome, situation: Situation): Identity {
  if (outcome === 'renewed') return 'renewed'
  const isPresented = outcome === 'active' || (outcome === 'degraded' && canGoOn(situation))
  return isPresented ? 'presented' : 'none'
}

/** Nobody's cookies are touched while nothing can be said of the session, nor those of a visitor who brought no token. */
function cookiesAfter(outcome: SessionOutcome, { token }: Situation): Conclusion['cookies'] {
  if (outcome === 'renewed') return 'issue'
  return outcome === 'ended' || (outcome === 'anonymous' && token !== 'absent') ? 'clear' : 'keep'
}

function canGoOn({ token, servableStale }: Situation): boolean {
  return token === 'valid' || token === 'expiring' || (token === 'expired' && servableStale)
}

function answerTo({ access, kind }: Situation, outcome: SessionOutcome, identity: Identity): Answer {
  if (access === 'public') return 'pass'
  if (identity !== 'none') return access === 'role-missing' ? 'forbidden' : 'pass'
  if (outcome === 'degraded') return kind === 'document' ? 'unavailable-page' : 'unavailable'
  if (kind === 'document') return 'redirect-to-sign-in'
  return kind === 'action' ? 'action-to-sign-in' : 'unauthenticated'
}
