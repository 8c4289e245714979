import type { RequestKind } from './request-kind.ts'
import type { TokenState } from './token-state.ts'

/** The outcome of a request, as the `x-session` header names it. */
export type SessionOutcome = 'active' | 'renewed' | 'anonymous' | 'ended' | 'degraded'

/** Everything a decision depends on, as plain data. */
export type Situation = {
  /** `signed-out`: the token is good, but this browser has signed out of its session. */
  readonly token: TokenState['state'] | 'signed-out'
  /** The token is expired, but may still be served: STALE_IF_ERROR has not run out, and the request is safe. */
  readonly servableStale: boolean
  readonly refreshToken: 'presented' | 'absent'
  readonly renewal: 'not-tried' | 'rotated' | 'refused' | 'unavailable'
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
export function decide(situation: Situation): Decision {
  const session = judgeSession(situation)
  return session === 'renew'
    ? { step: 'renew' }
    : { step: 'conclude', ...session, answer: answerTo(situation, session) }
}

type SessionVerdict = Pick<Conclusion, 'outcome' | 'identity' | 'cookies'>

function judgeSession(situation: Situation): SessionVerdict | 'renew' {
  const { token } = situation
  if (token === 'signed-out') return ENDED
  switch (situation.renewal) {
    case 'rotated':
      return { outcome: 'renewed', identity: 'renewed', cookies: 'issue' }
    case 'refused':
      return ENDED
    case 'unavailable':
      return { outcome: 'degraded', identity: canGoOn(situation) ? 'presented' : 'none', cookies: 'keep' }
    case 'not-tried':
      return beforeRenewal(token, situation)
  }
}

function beforeRenewal(
  token: TokenState['state'],
  { refreshToken, renew }: Situation,
): SessionVerdict | 'renew' {
  const renewable = refreshToken === 'presented'
  switch (token) {
    case 'unverifiable':
      return { outcome: 'degraded', identity: 'none', cookies: 'keep' }
    case 'valid':
      return renewable && renew === 'always' ? 'renew' : ACTIVE
    case 'expiring':
      return renewable ? 'renew' : ACTIVE
    case 'expired':
    case 'invalid':
      return renewable ? 'renew' : { outcome: 'anonymous', identity: 'none', cookies: 'clear' }
    case 'absent':
      return renewable ? 'renew' : { outcome: 'anonymous', identity: 'none', cookies: 'keep' }
  }
}

const ACTIVE: SessionVerdict = { outcome: 'active', identity: 'presented', cookies: 'keep' }
const ENDED: SessionVerdict = { outcome: 'ended', identity: 'none', cookies: 'clear' }

function canGoOn({ token, servableStale }: Situation): boolean {
  return token === 'valid' || token === 'expiring' || (token === 'expired' && servableStale)
}

function answerTo({ access, kind }: Situation, { outcome, identity }: SessionVerdict): Answer {
  if (access === 'public') return 'pass'
  if (identity !== 'none') return access === 'role-missing' ? 'forbidden' : 'pass'
  if (outcome === 'degraded') return kind === 'document' ? 'unavailable-page' : 'unavailable'
  if (kind === 'document') return 'redirect-to-sign-in'
  return kind === 'action' ? 'action-to-sign-in' : 'unauthenticated'
}
