/**
 * The circuit breaker of one backend, as plain data. Times in milliseconds.
 *
 * A visitor without an account can make up any number of refresh tokens, and find some that a backend answers with a 500 or not
 * at all. So there are two circuits: failures of sessions that are known to be real open both, those of any others open
 * `unknown` alone.
 */
export type Breaker = { readonly known: Circuit; readonly unknown: Circuit }

/** Closed, every renewal may call; open, none may; half-open, a probe is out and the others wait for what it finds. */
type Circuit =
  | {
      readonly state: 'closed'
      /** Sessions whose renewals failed since the backend was heard, each once. */
      readonly failures: readonly { readonly session: string; readonly at: number }[]
      readonly heardAt: number
      readonly rotatedAt: number
      /** The session whose silence opened the circuit the last time: it does not do so again by itself. */
      readonly suspect: string | null
    }
  | (Opened & { readonly state: 'open'; readonly until: number })
  | (Opened & { readonly state: 'half-open'; readonly isKnownOut: boolean })

type Opened = {
  readonly pause: number
  /** The failure that opened it. */
  readonly by: Pick<CallReport, 'end' | 'reason' | 'session'>
}

/** Names what a renewal was let through by. */
export type Ticket = { readonly circuit: keyof Breaker; readonly isProbe: boolean }

/** A renewal that has called the backend. */
export type CallReport = {
  /** Null: an answer from before that can be used now. */
  readonly ticket: Ticket | null
  readonly startedAt: number
  /** Names the session, as far as that can be told. */
  readonly session: string
  /** The session is real: this gateway has verified a token of it. */
  readonly isKnown: boolean
  /**
   * - `rotated`: with tokens that are good;
   * - `alive`: with another answer of a backend that works, a refusal for example;
   * - `failed`: with an answer of one that does not;
   * - `lost`: without an answer;
   * - `silent`: without an answer for half the budget;
   * - `misfit`: with tokens that this gateway's settings do not fit.
   */
  readonly end: 'rotated' | 'alive' | 'failed' | 'lost' | 'silent' | 'misfit'
  /** The word for it in the log. */
  readonly reason: string
}

/** Sessions that must have failed, with nothing heard in between. */
const FAILURES_TO_OPEN = 5
/** Failures count for as long; so does what was heard, against failures that nobody can vouch for. */
const WINDOW = 10_000
const MIN_PAUSE = 250
const MAX_PAUSE = 10_000

const NEVER = Number.NEGATIVE_INFINITY
const CLOSED: Extract<Circuit, { state: 'closed' }> = {
  state: 'closed',
  failures: [],
  heardAt: NEVER,
  rotatedAt: NEVER,
  suspect: null,
}
export const NEW_BREAKER: Breaker = { known: CLOSED, unknown: CLOSED }

/** The failure for which renewals are spared; undefined while they may call. */
export function openedBy({ known, unknown }: Breaker): Opened['by'] | undefined {
  if (known.state !== 'closed') return known.by
  return unknown.state === 'closed' ? undefined : unknown.by
}

/** Whether a renewal may call now, and the breaker after that. Null: it may not. */
export function admit(breaker: Breaker, now: number, isKnown: boolean): readonly [Breaker, Ticket | null] {
  const name = isKnown || breaker.known.state !== 'closed' ? 'known' : 'unknown'
  const circuit = breaker[name]
  if (circuit.state === 'closed') return [breaker, { circuit: name, isProbe: false }]
  const isBusy = circuit.state === 'open' ? isPausing(circuit.until - now) : circuit.isKnownOut || !isKnown
  if (isBusy) return [breaker, null]
  const { pause, by } = circuit
  const next = replace(breaker, name, { state: 'half-open', pause, by, isKnownOut: isKnown })
  return [next, { circuit: name, isProbe: true }]
}

const replace = (breaker: Breaker, name: keyof Breaker, circuit: Circuit): Breaker => ({
  ...breaker,
  [name]: circuit,
})

/** More than any pause is left only when the clock was set back, which must not keep a circuit open. */
const isPausing = (left: number) => left > 0 && left <= MAX_PAUSE

/** The breaker after a call. `random` is 0 up to 1. */
export function settle(breaker: Breaker, report: CallReport, now: number, random: number): Breaker {
  const { end, isKnown, ticket } = report
  if (!ticket || end === 'rotated' || end === 'alive')
    return { known: hear(breaker.known, report, now), unknown: hear(breaker.unknown, report, now) }
  const name = isKnown ? 'known' : ticket.circuit
  // A made-up token may draw any answer; only a backend in trouble gives none to all.
  if (!isKnown && end === 'failed' && !ticket.isProbe) return breaker
  const next = replace(breaker, name, fail(breaker[name], report, now, random))
  // The call may have shown that its session is real.
  return ticket.isProbe && ticket.circuit !== name
    ? replace(next, ticket.circuit, fail(next[ticket.circuit], report, now, random))
    : next
}

function hear(circuit: Circuit, report: CallReport, now: number): Circuit {
  const { end, session } = report
  if (circuit.state === 'closed')
    return { ...circuit, failures: [], heardAt: now, rotatedAt: end === 'rotated' ? now : circuit.rotatedAt }
  // Refusals come from a backend with the wrong settings, too.
  if (circuit.by.end === 'misfit' && end !== 'rotated') return askNext(circuit, report, now)
  const suspect = circuit.by.session === session ? null : circuit.by.session
  return { ...CLOSED, heardAt: now, rotatedAt: end === 'rotated' ? now : NEVER, suspect }
}

function fail(circuit: Circuit, report: CallReport, now: number, random: number): Circuit {
  const { startedAt, session, isKnown, end } = report
  const cost = now - startedAt
  if (circuit.state !== 'closed') {
    if (!decides(circuit, report)) return circuit
    if (!isKnown && end === 'failed') return askNext(circuit, report, now)
    return open(Math.max(circuit.pause * 2, cost), circuit.by, now, random)
  }
  const { heardAt, rotatedAt, suspect } = circuit
  if (startedAt < heardAt && heardAt <= now) return circuit
  const isRecent = (time: number) => Math.abs(now - time) < WINDOW
  const others = circuit.failures.filter((failure) => failure.session !== session && isRecent(failure.at))
  const failures = [...others, { session, at: now }].slice(-FAILURES_TO_OPEN)
  const isOpening =
    (end === 'silent' && session !== suspect) ||
    (end === 'misfit' && !isRecent(rotatedAt)) ||
    (failures.length >= FAILURES_TO_OPEN && (isKnown || !isRecent(heardAt)))
  return isOpening ? open(cost, report, now, random) : { ...circuit, failures }
}

/** Whether a report is of the probe that the circuit waits for: a known session's, once one is out. */
const decides = (circuit: Circuit, { ticket, isKnown }: CallReport) =>
  circuit.state === 'half-open' && ticket?.isProbe && (isKnown || !circuit.isKnownOut)

/** A probe that has shown nothing makes room for the next. */
const askNext = (circuit: Exclude<Circuit, { state: 'closed' }>, report: CallReport, now: number): Circuit =>
  decides(circuit, report) ? { state: 'open', pause: circuit.pause, by: circuit.by, until: now } : circuit

/** The more a failure has cost a visitor, the longer the next ones are spared; jitter keeps processes apart. */
function open(cost: number, { end, reason, session }: Opened['by'], now: number, random: number): Circuit {
  const pause = Math.min(Math.max(cost, MIN_PAUSE), MAX_PAUSE)
  return { state: 'open', pause, by: { end, reason, session }, until: now + (pause * (1 + random)) / 2 }
}
