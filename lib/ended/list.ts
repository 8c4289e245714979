import type { AccessTokenClaims } from '../gateway/token/claims.ts'
import type { EndedEntry } from './feed.ts'
import { FeedError } from './feed.ts'

/** So far clocks may differ, in milliseconds: what is further ahead has not happened, and what has run out is kept so much longer. */
const LEEWAY = 300_000

/** How many reasons are told apart; of the others nothing is known but that there was one. */
const REASONS = 64

/**
 * A session that the same browser has replaced by a new one. Its last requests are still under way: to clear cookies by their answers
 * would take those of the new one. Milliseconds.
 */
const REPLACED = 'replaced'
const SETTLING = 5_000

/** Before the name of a user, in the place of a session's: no text that a feed tells begins with it. */
const OF_USER = '\0'

/** A token may be made, of what was read before, so long after the end of access; and clocks differ. Milliseconds. */
const UNDER_WAY = 5_000

type EndOfUser = { readonly endedAt: number; readonly reason: string }

/** The sessions that are known to have ended, and whose access tokens may not have. */
export type EndedList = {
  /**
   * Adds what a feed has told; `life` in seconds, `now` in milliseconds.
   *
   * @returns whether some of it has not happened yet.
   * @throws {FeedError} `size` when there would be too many; nothing is dropped before its time to make room.
   */
  add(entries: readonly EndedEntry[], life: number, now: number): boolean
  /** Why the session of these claims has ended; null when it is not known to have. `now` in milliseconds. */
  find(claims: AccessTokenClaims, now: number): string | null
  /** Whether the token of these claims was made before access ended: the session lives, and is to be renewed. */
  isOutdated(claims: AccessTokenClaims): boolean
  readonly size: number
}

/** In the name of a session that the gateway has made of a provider's: that one's. No other has a dot in its name. */
function providersNameIn(sid: string): string {
  const dot = sid.indexOf('.')
  return dot < 0 ? '' : sid.slice(0, dot)
}

/** Makes a list of at most `most` entries. */
export function createEndedList(most: number): EndedList {
  /** Seconds since the first entry, times 64, and which reason: one small number takes no memory of its own. */
  const sessions = new Map<string, number>()
  const users = new Map<string, EndOfUser>()
  /** When access has ended. */
  const accesses = new Map<string, number>()
  const reasons = ['unknown']
  let begin: number | undefined
  let longestLife = 0

  const endOf = (packed: number) => (begin ?? 0) + Math.floor(packed / REASONS) * 1000
  const reasonOf = (packed: number) => reasons[((packed % REASONS) + REASONS) % REASONS] ?? 'unknown'

  function pack(endedAt: number, reason: string): number {
    begin ??= endedAt
    if (!reasons.includes(reason) && reasons.length < REASONS) reasons.push(reason)
    return Math.floor((endedAt - begin) / 1000) * REASONS + Math.max(0, reasons.indexOf(reason))
  }

  /** The first of a map is its oldest, which is about the first to run out. */
  function sweep<Value>(map: Map<string, Value>, hasRunOut: (value: Value) => boolean): void {
    for (const [name, value] of map) {
      if (!hasRunOut(value)) break
      map.delete(name)
    }
  }

  function needRoom(): void {
    if (sessions.size + users.size + accesses.size >= most) throw new FeedError('size')
  }

  return {
    add(entries, life, now) {
      longestLife = Math.max(longestLife, life)
      const isOver = (endedAt: number) => endedAt + longestLife * 1000 + LEEWAY <= now
      sweep(sessions, (packed) => isOver(endOf(packed)))
      sweep(users, ({ endedAt }) => isOver(endedAt))
      sweep(accesses, isOver)
      let isAhead = false
      for (const entry of entries) {
        const isFuture = entry.endedAt > now + LEEWAY
        isAhead ||= isFuture
        const endedAt = isFuture ? now : entry.endedAt
        if (isOver(endedAt)) continue
        if (entry.renew) {
          const name = 'sid' in entry ? entry.sid : OF_USER + entry.sub
          const known = accesses.get(name)
          if (known !== undefined && known >= endedAt) continue
          if (known === undefined) needRoom()
          accesses.delete(name)
          accesses.set(name, endedAt)
        } else if ('sid' in entry) {
          if (sessions.has(entry.sid)) continue
          needRoom()
          sessions.set(entry.sid, pack(endedAt, entry.reason))
        } else {
          const known = users.get(entry.sub)
          if (known && known.endedAt >= endedAt) continue
          if (!known) needRoom()
          users.delete(entry.sub)
          users.set(entry.sub, { endedAt, reason: entry.reason })
        }
      }
      return isAhead
    },
    find({ sid, subject, authenticatedAt, issuedAt }, now) {
      const session = sessions.get(sid) ?? sessions.get(providersNameIn(sid))
      if (session !== undefined) {
        const reason = reasonOf(session)
        return reason === REPLACED && now - endOf(session) < SETTLING ? null : reason
      }
      const user = users.get(subject)
      return user && (authenticatedAt ?? issuedAt) * 1000 < user.endedAt ? user.reason : null
    },
    isOutdated({ sid, subject, issuedAt }) {
      const endedAt = Math.max(accesses.get(sid) ?? 0, accesses.get(OF_USER + subject) ?? 0)
      return endedAt > 0 && issuedAt * 1000 < endedAt + UNDER_WAY
    },
    get size() {
      return sessions.size + users.size + accesses.size
    },
  }
}
