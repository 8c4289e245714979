import type { Conclusion } from '../decision/policy.ts'
import { claimsOf } from '../decision/situation.ts'
import type { Attempt } from '../renewal/renewal.ts'
import type { RequestFacts } from '../request/facts.ts'
import { traceIdOf } from '../request/traceparent.ts'
import type { SignedOutMark } from '../token/signed-out.ts'
import type { TokenState } from '../token/state.ts'
import type { EventSubject, GatewayEvent, PresentedToken, SessionEvent } from './events.ts'

/** A path may be as long as its sender likes; an event is not. */
const MAX_PATH = 256

/** The fields of every event that is about a request. */
export function subjectOf(
  { method, url, kind }: RequestFacts,
  traceparent: string | null,
  sid: string | null = null,
): EventSubject {
  return { sid, traceId: traceIdOf(traceparent), method, path: url.pathname.slice(0, MAX_PATH), kind }
}

/** How a request came to its conclusion. */
export type Course = {
  readonly facts: RequestFacts
  readonly token: TokenState
  readonly verified: 'now' | 'cached'
  readonly situation: { readonly token: PresentedToken }
  readonly mark: SignedOutMark
  readonly attempt: Attempt | null
  /** Why the session has ended, by the word of `revocation`; null: it is not known to have. */
  readonly endedBy: string | null
  readonly conclusion: Pick<Conclusion, 'outcome' | 'answer' | 'reason'>
}

/** Tells of one request: what was wrong with what it presented, with the backend, and what was decided. */
export function report(onEvent: (event: GatewayEvent) => void, course: Course): void {
  const { facts, token, verified, situation, mark, attempt, endedBy, conclusion } = course
  const renewal = attempt?.renewal
  const claims = renewal?.result === 'rotated' ? renewal.tokens.claims : claimsOf(token)
  const sid = claims?.sid ?? (conclusion.outcome === 'ended' ? mark.sid : null)
  const subject = subjectOf(facts, attempt?.traceparent ?? facts.traceparent, sid)
  const missing =
    renewal?.result === 'unavailable' ? renewal.reason : token.state === 'unverifiable' && 'keys_unavailable'

  if (token.state === 'invalid') onEvent({ type: 'access-token.invalid', ...subject, reason: token.reason })
  if (missing) onEvent({ type: 'backend.unavailable', reason: missing, traceId: subject.traceId })
  onEvent(decided())

  function decided(): SessionEvent {
    const { outcome, answer, reason } = conclusion
    const base = { ...subject, token: situation.token, answer }
    const { milliseconds: waited = 0, shared = false } = attempt ?? {}
    const { issuedAt = 0, expiresAt = 0 } = claims ?? {}
    switch (outcome) {
      case 'active':
        return { type: 'session.active', ...base, issuedAt, expiresAt, verified }
      case 'renewed':
        return { type: 'session.renewed', ...base, issuedAt, expiresAt, waited, shared }
      case 'anonymous':
        return { type: 'session.anonymous', ...base }
      case 'ended':
        return { type: 'session.ended', ...base, reason: endReasonOf(attempt, endedBy ?? reason), waited }
      case 'degraded':
        return { type: 'session.degraded', ...base, reason: missing || reason || 'no_answer', waited }
    }
  }
}

/** The word for why a session has ended: the backend's, or that of `revocation` or `deviceBinding`. */
export const endReasonOf = (attempt: Attempt | null, endedBy: string | null | undefined): string =>
  attempt?.renewal.result === 'refused' ? attempt.renewal.reason : (endedBy ?? 'signed_out')
