import type { AccessTokenClaims } from '../gateway/token/claims.ts'
import type { EndedEntry } from './feed.ts'
import { FeedError } from './feed.ts'

/** So far clocks may differ, in milliseconds: what is further ahead has not happened, and what has run out is kept so much longer. */
const LEEWAY = 300_000

type Kept = { readonly endedAt: number; readonly until: number; readonly reason: string }

/** The sessions that are known to have ended, and whose access tokens may not have. */
export type EndedList = {
  /**
   * Adds what a feed has told; `life` in seconds, `now` in milliseconds.
   *
   * @returns whether some of it has not happened yet.
   * @throws {FeedError} `size` when there would be too many; nothing is dropped before its time to make room.
   */
  add(entries: readonly EndedEntry[], life: number, now: number): boolean
  /** Why the session of these claims has ended; null when it is not known to have. */
  find(claims: AccessTokenClaims): string | null
  readonly size: number
}

/** Makes a list of at most `most` entries. */
export function createEndedList(most: number): EndedList {
  const sessions = new Map<string, Kept>()
  const users = new Map<string, Kept>()
  /** One text for all that ended alike. */
  const reasons = new Map<string, string>()

  /** The first of a map is its oldest, which is about the first to run out. */
  function sweep(map: Map<string, Kept>, now: number): void {
    for (const [name, { until }] of map) {
      if (until > now) break
      map.delete(name)
    }
  }

  function keep(map: Map<string, Kept>, name: string, kept: Kept): void {
    const known = map.get(name)
    if (known && known.endedAt >= kept.endedAt) return
    if (!known && sessions.size + users.size >= most) throw new FeedError('size')
    map.delete(name)
    map.set(name, kept)
  }

  function sharedReason(reason: string): string {
    const known = reasons.get(reason)
    if (known === undefined && reasons.size < 100) reasons.set(reason, reason)
    return known ?? reason
  }

  return {
    add(entries, life, now) {
      sweep(sessions, now)
      sweep(users, now)
      let isAhead = false
      for (const entry of entries) {
        const isFuture = entry.endedAt > now + LEEWAY
        isAhead ||= isFuture
        const endedAt = isFuture ? now : entry.endedAt
        const until = endedAt + life * 1000 + LEEWAY
        if (until <= now) continue
        const kept = { endedAt, until, reason: sharedReason(entry.reason) }
        if ('sid' in entry) keep(sessions, entry.sid, kept)
        else keep(users, entry.sub, kept)
      }
      return isAhead
    },
    find({ sid, subject, authenticatedAt, issuedAt }) {
      const session = sessions.get(sid)
      if (session) return session.reason
      const user = users.get(subject)
      return user && (authenticatedAt ?? issuedAt) * 1000 < user.endedAt ? user.reason : null
    },
    get size() {
      return sessions.size + users.size
    },
  }
}
