import type { OnEvent } from '../events/events.ts'
import type { Clock, Random } from '../platform.ts'
import type { Breaker, CallReport, Ticket } from './breaker.ts'
import { admit, NEW_BREAKER, openedBy, settle } from './breaker.ts'

/** The breaker of a process, and what it tells. */
export type Guard = {
  /** Lets a renewal through, or does not. */
  enter(isKnown: boolean): Ticket | null
  leave(report: CallReport): void
  /** The reason of the failure for which renewals are spared; empty when they are not. */
  openedBy(): string
}

/** The settings that the breaker needs. */
export type GuardSettings = { readonly clock: Clock; readonly random: Random; readonly onEvent: OnEvent }

/** Keeps the breaker. */
export function createGuard({ clock, random, onEvent }: GuardSettings): Guard {
  let breaker: Breaker = NEW_BREAKER
  return {
    enter(isKnown) {
      const [next, ticket] = admit(breaker, clock(), isKnown)
      breaker = next
      return ticket
    },
    leave(report) {
      const before = breaker
      breaker = settle(breaker, report, clock(), random())
      for (const name of ['known', 'unknown'] as const) {
        const circuit = breaker[name]
        if (circuit.state !== 'open' || before[name].state === 'open' || circuit.until <= clock()) continue
        const sessions = name === 'known' ? 'all' : 'unknown'
        const { reason } = circuit.by
        onEvent({ type: 'breaker.opened', pause: Math.round(circuit.pause), reason, sessions })
      }
      if (openedBy(before) && !openedBy(breaker)) onEvent({ type: 'breaker.closed' })
    },
    openedBy: () => openedBy(breaker)?.reason ?? '',
  }
}
