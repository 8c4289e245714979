import type { Conclusion, Tried } from '../gateway/decision/policy.ts'

/** The parts of a request at the refresh endpoint, as plain data. */
export type Asked = {
  /** There is a sealed cookie that opens, and it is that of the device session which the header names. */
  readonly isThis: boolean
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
export function decideRefresh({ isThis, isSignedOut, proof }: Asked): RefreshDecision {
  if (!isThis) return 'give-up'
  if (isSignedOut) return 'end'
  if (proof === 'none' || proof === 'old') return 'ask'
  return proof === 'wrong' ? 'give-up' : 'renew'
}

type RefreshAnswer = readonly [status: 200 | 401 | 503, Conclusion['outcome'], Conclusion['answer']]

const ANSWERS: Readonly<Record<Tried, RefreshAnswer>> = {
  rotated: [200, 'renewed', 'pass'],
  refused: [401, 'ended', 'unauthenticated'],
  unavailable: [503, 'degraded', 'unavailable'],
}

/** The same by what the backend says. Trouble that is not the browser's is never a 4xx: any of these ends the device session. */
export const concludeRefresh = (tried: Tried): RefreshAnswer => ANSWERS[tried]
