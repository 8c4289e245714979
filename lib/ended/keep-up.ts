import type { Revocation } from '../gateway/decision/revocation.ts'
import { untilAborted, withDeadline } from '../gateway/renewal/deadline.ts'
import { tellEnded } from '../gateway/signal/ended.ts'
import type { Ended } from './feed.ts'
import { FeedError } from './feed.ts'
import { createEndedList } from './list.ts'
import { readAnswer } from './read-answer.ts'

/** Told when the list opens. */
type Settings = Parameters<Revocation['open']>[0]
type Misfit = 'shape' | 'cursor' | 'future' | 'size'

/** Milliseconds, but for `wait`. */
export type Pace = {
  readonly every: number
  readonly tolerate: number
  /** Seconds that the feed may keep a call waiting. */
  readonly wait: number
}

/** Keeps a list of what has ended, call by call. */
export type Follower = {
  readonly list: ReturnType<typeof createEndedList>
  /** One call of the feed. Never throws. */
  poll(): Promise<void>
  /** Milliseconds until the next call is due, by how the last one went. */
  pause(): number
  /** Milliseconds since the feed has last told everything; infinite before it ever has. */
  age(): number
  /** How many calls have failed, one after the other. */
  failures(): number
  /** Tells, once, when the feed is older than it may be. */
  tellAge(): void
}

/** About 180 MB; 100,000 take 18. */
const MOST = 1_000_000
/** The time that a call may take beside its waiting. */
const CALL_MS = 5_000
const LONGEST_PAUSE = 5_000
/** A feed that is not there will not be in a moment. */
const NO_SUCH_FEED_PAUSE = 60_000
const REMEMBERED_CURSORS = 16

/** Follows a feed. */
export function createFollower(ended: Ended, pace: Pace, settings: Settings, most = MOST): Follower {
  const { clock, random, onEvent } = settings
  const list = createEndedList(most)
  const openedAt = clock()
  let cursor: string | null = null
  const cursors = new Set<string>()
  let freshAt: number | null = null
  let startedAt = 0
  let failures = 0
  let reason = 'no_answer'
  let toldAge = false
  let misfits = new Set<Misfit>()

  function tellMisfits(found: ReadonlySet<Misfit>): void {
    for (const one of found) if (!misfits.has(one)) onEvent({ type: 'revocation.misfit', reason: one })
    misfits = new Set(found)
  }

  function take(answer: unknown): void {
    const { entries, life, isOdd, ...read } = readAnswer(answer, most)
    const isAhead = list.add(entries, life, clock())
    // Open answers close at once, also those of a session that its own browser has replaced.
    if (entries.length > 0)
      tellEnded((claims) => list.find(claims, Number.POSITIVE_INFINITY) !== null || list.isOutdated(claims))
    const isBack = read.cursor !== cursor && cursors.has(read.cursor)
    tellMisfits(
      new Set<Misfit>([
        ...(isOdd ? (['shape'] as const) : []),
        ...(isAhead ? (['future'] as const) : []),
        ...(isBack ? (['cursor'] as const) : []),
      ]),
    )
    cursor = read.cursor
    cursors.add(cursor)
    // The first of a set is its oldest.
    if (cursors.size > REMEMBERED_CURSORS) cursors.delete(cursors.values().next().value ?? '')
  }

  return {
    list,
    async poll() {
      startedAt = clock()
      try {
        const answer = await withDeadline(pace.wait * 1000 + CALL_MS, (signal) =>
          untilAborted(ended(cursor, { wait: pace.wait, signal }), signal),
        )
        take(answer)
        freshAt = clock()
        failures = 0
        if (toldAge) onEvent({ type: 'revocation.caught-up' })
        toldAge = false
      } catch (error) {
        failures += 1
        reason = error instanceof FeedError ? error.code : 'no_answer'
        if (reason === 'misfit') tellMisfits(new Set(['shape']))
        if (reason === 'size') tellMisfits(new Set(['size']))
      }
    },
    pause() {
      const now = clock()
      if (failures === 0) return Math.max(0, startedAt + pace.every * (0.8 + 0.2 * random()) - now)
      // Gateways that lost a feed together do not come back together.
      const longest = reason === 'status_404' ? NO_SUCH_FEED_PAUSE : LONGEST_PAUSE
      return Math.min(longest, pace.every * 2 ** (failures - 1)) * (0.5 + 0.5 * random())
    },
    age: () => (freshAt === null ? Number.POSITIVE_INFINITY : clock() - freshAt),
    failures: () => failures,
    tellAge() {
      const milliseconds = clock() - (freshAt ?? openedAt)
      // A call that is under way may yet tell everything.
      if (toldAge || failures === 0 || milliseconds <= pace.tolerate) return
      toldAge = true
      onEvent({ type: 'revocation.stale', reason, seconds: Math.round(milliseconds / 1000) })
    },
  }
}
