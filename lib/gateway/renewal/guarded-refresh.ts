import type { GatewaySettings } from '../options.ts'
import type { KeySet } from '../token/key-set.ts'
import type { RefreshAnswer, RefreshContext } from './backend.ts'
import { checkAnswer, lost, unavailable } from './backend.ts'
import type { Breaker, CallReport, Ticket } from './breaker.ts'
import { admit, NEW_BREAKER, settle } from './breaker.ts'
import { cookieBackend } from './cookie-backend.ts'
import { untilAborted } from './deadline.ts'
import { askAgain, MAX_TRIES } from './retries.ts'

/** One refresh with its retries, through the breaker; `signal` ends it. Never throws. */
export type GuardedRefresh = (
  refreshToken: string,
  context: RefreshContext,
  signal: AbortSignal,
) => Promise<RefreshAnswer>

/** The one place that calls the backend for a renewal. Keep one per process: its breaker knows only what passes here. */
export function createGuardedRefresh(settings: GatewaySettings, keys: KeySet): GuardedRefresh {
  const { clock, fetch, onEvent, random, refreshTimeout, remoteApi } = settings
  const { backend = cookieBackend({ remoteApi, repeat: true }) } = settings
  let breaker: Breaker = NEW_BREAKER

  function enter(): Ticket | null {
    const [next, ticket] = admit(breaker, clock())
    breaker = next
    return ticket
  }

  function leave(report: CallReport): void {
    const before = breaker.state
    breaker = settle(breaker, report, clock(), random())
    if (breaker.state === before) return
    if (breaker.state === 'open') onEvent({ type: 'breaker.opened', pause: Math.round(breaker.pause) })
    if (breaker.state === 'closed') onEvent({ type: 'breaker.closed' })
  }

  return async (refreshToken, context, signal) => {
    const ticket = enter()
    if (!ticket) return unavailable('breaker_open')
    const startedAt = clock()
    let calledAt = startedAt

    const callOnce = async (): Promise<RefreshAnswer> => {
      calledAt = clock()
      try {
        const call = backend.refresh({ refreshToken }, { ...context, fetch, signal, now: calledAt / 1000 })
        return checkAnswer(await untilAborted(call, signal))
      } catch {
        return lost('no_answer')
      }
    }
    // Without keys the answer could not be verified, and a rotation that nobody may use would be lost.
    const isReady = await untilAborted(keys.ready(), signal).catch(() => false)
    const limits = { tries: ticket === 'probe' ? 1 : MAX_TRIES, deadline: startedAt + refreshTimeout }
    const answer = isReady ? await askAgain(callOnce, settings, limits) : unavailable('keys_unavailable')

    // A call that began late in the budget and was cut off says no more than one that failed.
    const isSilent = signal.aborted && (clock() - calledAt) * 2 >= refreshTimeout
    leave({ ticket, startedAt, end: isAlive(answer) ? 'alive' : isSilent ? 'timed-out' : 'failed' })
    return answer
  }
}

/** An answer that blames the request is no sign of a backend that is down (RFC 9110 15.5). */
function isAlive(answer: RefreshAnswer): boolean {
  return answer.result !== 'unavailable' || (answer.alive ?? answer.reason.startsWith('status_4'))
}
