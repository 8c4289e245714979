import type { Recorded } from '../record/recorded.ts'
import { isByTheWay, isEnd, isOfTheProcess } from '../record/recorded.ts'

/** Places on the time axis are shares of it, 0 to 1. */
export type Lanes = {
  /** Milliseconds since the epoch. */
  readonly from: number
  readonly to: number
  readonly tokens: readonly { readonly id: string; readonly start: number; readonly end: number }[]
  readonly marks: readonly { readonly id: string; readonly at: number; readonly kind: MarkKind }[]
  /** Where the first token that is known begins. */
  readonly startedAt: number
  /** Where the session stood when it ended; null while it goes on. */
  readonly endedAt: number | null
}

export type MarkKind = 'request' | 'renewed' | 'degraded' | 'ended'

const SHORTEST = 60_000
const LONGEST = 900_000

type Token = { readonly id: string; readonly issued: number; readonly expires: number }

/** The access tokens and requests of a session on a time axis that ends now. A token ends at its end, or when the next begins. */
export function lanesOf(events: readonly Recorded[], now: number): Lanes {
  const first = events.find(({ event }) => !isOfTheProcess(event))?.at ?? now
  const from = now - Math.min(LONGEST, Math.max(SHORTEST, now - first))
  const place = (at: number) => Math.min(1, Math.max(0, (at - from) / (now - from)))
  const tokens = tokensOf(events)
  const ended = events.findLast(({ event }) => isEnd(event))
  return {
    from,
    to: now,
    tokens: tokens
      .map(({ id, issued, expires }, index) => {
        const next = tokens[index + 1]?.issued ?? ended?.at ?? now
        return { id, start: place(issued), end: place(Math.min(expires, next)) }
      })
      .filter(({ start, end }) => end > start),
    marks: events.flatMap(({ id, at, event }) => {
      const kind = markOf(event.type)
      return kind && at >= from && !isByTheWay(event) ? [{ id, at: place(at), kind }] : []
    }),
    startedAt: place(tokens[0]?.issued ?? now),
    endedAt: ended ? place(ended.at) : null,
  }
}

function tokensOf(events: readonly Recorded[]): readonly Token[] {
  const tokens = new Map<string, Token>()
  for (const { id, at, event } of events) {
    if (event.type !== 'session.active' && event.type !== 'session.renewed') continue
    const name = `${event.issuedAt}-${event.expiresAt}`
    // `iat` has whole seconds: a token that was seen to come began when it came.
    const issued = event.type === 'session.renewed' ? at : event.issuedAt * 1000
    if (!tokens.has(name)) tokens.set(name, { id, issued, expires: event.expiresAt * 1000 })
  }
  return [...tokens.values()].sort((a, b) => a.issued - b.issued)
}

const MARKS: Readonly<Record<string, MarkKind>> = {
  'session.active': 'request',
  'session.renewed': 'renewed',
  'session.degraded': 'degraded',
  'session.ended': 'ended',
}

const markOf = (type: Recorded['event']['type']) => MARKS[type] ?? null

/** The token that the newest request went on with; in seconds since the epoch. */
export function currentToken(events: readonly Recorded[]): { issuedAt: number; expiresAt: number } | null {
  const newest = events.findLast(
    ({ event }) => event.type === 'session.active' || event.type === 'session.renewed',
  )?.event
  return newest && 'expiresAt' in newest ? { issuedAt: newest.issuedAt, expiresAt: newest.expiresAt } : null
}
