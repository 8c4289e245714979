/**
 * The circuit breaker of one backend, as plain data. Closed, every renewal may call; open, none may; half-open, one is
 * out as a probe and the others wait for what it finds. Times in milliseconds.
 */
export type Breaker =
  | { readonly state: 'closed'; readonly failures: number; readonly heardAt: number }
  | { readonly state: 'open'; readonly pause: number; readonly until: number }
  | { readonly state: 'half-open'; readonly pause: number }

/** What a renewal was let through as. */
export type Ticket = 'call' | 'probe'

/** How a call ended: `alive` when the backend answered like one that works, whatever it said of the session. */
export type CallReport = {
  readonly ticket: Ticket
  readonly startedAt: number
  readonly end: 'alive' | 'failed' | 'timed-out'
}

export const NEW_BREAKER: Breaker = { state: 'closed', failures: 0, heardAt: Number.NEGATIVE_INFINITY }

/** So many failures in a row, with nothing heard in between. */
const FAILURES_TO_OPEN = 5
const MIN_PAUSE = 250
const MAX_PAUSE = 10_000

/** Whether a renewal may call now, and the breaker after that. Null: it may not. */
export function admit(breaker: Breaker, now: number): readonly [Breaker, Ticket | null] {
  if (breaker.state === 'closed') return [breaker, 'call']
  if (breaker.state === 'half-open' || isPausing(breaker.until - now)) return [breaker, null]
  return [{ state: 'half-open', pause: breaker.pause }, 'probe']
}

/** More than any pause is left only when the clock was set back, which must not keep a breaker open. */
const isPausing = (left: number) => left > 0 && left <= MAX_PAUSE

/** The breaker after a call. `random` is 0 up to 1. */
export function settle(breaker: Breaker, report: CallReport, now: number, random: number): Breaker {
  if (report.end === 'alive') return { state: 'closed', failures: 0, heardAt: now }
  const cost = now - report.startedAt
  if (breaker.state !== 'closed')
    return report.ticket === 'probe' && breaker.state === 'half-open'
      ? open(Math.max(breaker.pause * 2, cost), now, random)
      : breaker
  const failures = breaker.failures + 1
  const isSilent = report.end === 'timed-out' && breaker.heardAt <= report.startedAt
  return isSilent || failures >= FAILURES_TO_OPEN ? open(cost, now, random) : { ...breaker, failures }
}

/** The more a failure has cost a visitor, the longer the next ones are spared; jitter keeps processes apart. */
function open(cost: number, now: number, random: number): Breaker {
  const pause = Math.min(Math.max(cost, MIN_PAUSE), MAX_PAUSE)
  return { state: 'open', pause, until: now + (pause * (1 + random)) / 2 }
}
