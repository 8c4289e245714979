import type { Conclusion, Tried } from '../gateway/decision/policy.ts'

/** The parts of a request at the refresh endpoint, as plain data. */
export type Asked = {
  /** Whose the sealed cookie is: `this` device session's, which the header names; another's; or there is none that opens. */
  readonly cookie: 'this' | 'other' | 'none'
  /** This browser has signed out of the session. */
  readonly isSignedOut: boolean
  /** `old`: well made, over a challenge that is none any more. */
  readonly proof: 'good' | 'old' | 'wrong' | 'none'
}

/**
 * - `renew`: the backend is asked;
 * - `ask`: 403 with a challenge, and the browser asks again with a proof over it;
 * - `give-up`: 401, and the browser gives up this device session, whose cookies stay;
 * - `end`: 401, and the session's cookies are cleared.
 */
export type RefreshDecision = 'renew' | 'ask' | 'give-up' | 'end'

/** The table of the refresh endpoint, before the backend is asked. A proof that is missing or wrong never reaches the backend. */
export function decideRefresh({ cookie, isSignedOut, proof }: Asked): RefreshDecision {
  if (cookie !== 'this') return 'give-up'
  if (isSignedOut) return 'end'
  if (proof === 'none' || proof === 'old') return 'ask'
  return proof === 'wrong' ? 'give-up' : 'renew'
}

type RefreshAnswer = Pick<Conclusion, 'outcome' | 'answer'> & { readonly status: 200 | 401 | 503 }

const ANSWERS: Readonly<Record<Tried, RefreshAnswer>> = {
  rotated: { status: 200, outcome: 'renewed', answer: 'pass' },
  refused: { status: 401, outcome: 'ended', answer: 'unauthenticated' },
  unavailable: { status: 503, outcome: 'degraded', answer: 'unavailable' },
}

/** The same by what the backend says. Trouble that is not the browser's is never a 4xx: any of these ends the device session. */
export const concludeRefresh = (tried: Tried): RefreshAnswer => ANSWERS[tried]
