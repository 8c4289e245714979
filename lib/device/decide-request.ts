import type { Decision, Situation } from '../gateway/decision/policy.ts'
import { concludeAs, decide, isGood, isOver } from '../gateway/decision/policy.ts'

/** The refresh cookie that was presented, as device binding tells them apart. */
type RefreshCookie =
  /** Bound to a device, and sealed by this gateway. */
  | 'sealed'
  /** Bound, and sealed by nobody here. */
  | 'unreadable'
  /** A token as the backend has made it; `none` is without one. */
  | 'plain'
  | 'none'

/** Everything that device binding adds to what a decision depends on, as plain data. */
export type Bound = {
  readonly cookie: RefreshCookie
  readonly mode: 'prefer' | 'require'
  /** The browser says that it could not renew: `Secure-Session-Skipped`. */
  readonly isSkipped: boolean
  /** It was sent back to this page a moment ago, so that it would renew first, and it did not. */
  readonly isMarked: boolean
  /** It can be sent back to this page: it asks for a document by `GET`. */
  readonly canBounce: boolean
}

/**
 * The answer carries this beside what the conclusion says.
 * - `bounce`: a page that asks for itself again, since a browser renews before that;
 * - `repeat`: 401, and the browser renews before it asks again;
 * - `lost`: nothing but the end, because the device has not its key.
 */
export type Extra = 'none' | 'bounce' | 'repeat' | 'lost'

export type BoundDecision = { readonly decision: Decision; readonly extra: Extra }

/**
 * The part of the decision table for sessions that are bound, or should be. A bound session is never renewed here: it counts as having no
 * refresh token, and its browser renews by itself at an endpoint of its own.
 */
export function decideBound(situation: Situation, bound: Bound): BoundDecision {
  const { cookie, mode, isSkipped, isMarked, canBounce } = bound
  if (cookie === 'none' || (cookie === 'plain' && mode === 'prefer')) return plainly(decide(situation))
  const alone: Situation = { ...situation, refreshToken: 'absent', renew: 'when-due', servableStale: false }
  if (goesOn(alone)) return plainly(decide(alone))
  // The session is over in this browser; the backend is told nothing.
  if (cookie === 'plain') return as('ended', 'device_binding_required')
  if (cookie === 'unreadable') return as('ended', 'invalid_refresh_token')
  if (isSkipped) return as('degraded', 'device_skipped')
  if (!canBounce) return as('degraded', 'device_not_refreshed', 'repeat')
  if (isMarked) return as('ended', 'device_key_missing', 'lost')
  return as('degraded', 'device_bounced', 'bounce')

  function as(outcome: 'ended' | 'degraded', reason: string, extra: Extra = 'none'): BoundDecision {
    return { decision: { ...concludeAs(outcome, alone), reason }, extra }
  }
}

/**
 * The access token decides by itself, or nothing can be told the browser. While the token is good nothing is lost by a cookie that cannot be
 * read, either: another process may have the secret already.
 */
const goesOn = ({ token, delivery }: Situation) =>
  isGood(token) || isOver(token) || token === 'unverifiable' || delivery === 'impossible'

const plainly = (decision: Decision): BoundDecision => ({ decision, extra: 'none' })
