import type { Clock, Random, Wait } from '../platform.ts'
import type { RefreshAnswer } from './backend.ts'

/** Tries of one renewal, the first included: enough for a blip; what lasts longer is for the breaker. */
export const MAX_TRIES = 4
const FIRST_PAUSE = 100

/** The settings that asking again needs. */
export type RetrySettings = { readonly clock: Clock; readonly random: Random; readonly wait: Wait }

/**
 * Asks again after an answer that says nothing of the session, with full jitter, while `deadline` lies beyond the
 * pause. The pause that an overloaded backend asks for comes on top.
 */
export async function askAgain(
  ask: () => Promise<RefreshAnswer>,
  { clock, random, wait }: RetrySettings,
  limits: { readonly tries: number; readonly deadline: number },
): Promise<RefreshAnswer> {
  for (let tried = 1; ; tried += 1) {
    const answer = await ask()
    if (answer.result !== 'unavailable' || answer.repeat || tried >= limits.tries) return answer
    const pause = (answer.retryAfter ?? 0) + random() * FIRST_PAUSE * 2 ** (tried - 1)
    if (clock() + pause >= limits.deadline) return answer
    await wait(pause)
  }
}
