import type { Audit } from '../observe/audit.ts'
import type { RequestStore, Session } from '../store/store.ts'

/** The parts that {@link endBeyondLimit} works with. */
export interface SessionLimitParts {
  readonly audit: Audit
  readonly store: Pick<RequestStore, 'sessions'>
  readonly settings: {
    /** Undefined: any number. */
    readonly maxSessionsPerUser: number | undefined
  }
}

/** Sign-ins that begin this close to each other may be under way at the same time. */
const TOGETHER_MS = 10_000

/**
 * The sessions that are too many once `newest` has begun: those seen longest ago. Pure.
 *
 * Several sign-ins may judge at the same time, and must not end each other: those that began together come first, in
 * an order that all of them agree on. Apart from those the new one is never among the answers, even when the clock
 * was set back and it looks like the oldest.
 */
export function beyondLimit(live: readonly Session[], newest: Session, limit: number): Session[] {
  const together = ({ generation, createdAt }: Session) =>
    generation === 0 && Math.abs(createdAt - newest.createdAt) < TOGETHER_MS
  const inOrder = live.toSorted(
    (a, b) =>
      Number(together(b)) - Number(together(a)) || b.lastSeenAt - a.lastSeenAt || (a.sid < b.sid ? -1 : 1),
  )
  return inOrder.slice(limit)
}

/**
 * Ends the user's sessions beyond `MAX_SESSIONS_PER_USER`. The new session is there already: whichever of several
 * sign-ins looks last sees all of them, so no more than the limit are left.
 */
export async function endBeyondLimit(
  services: SessionLimitParts,
  newest: Session,
  origin: Pick<Session, 'address' | 'userAgent'>,
): Promise<void> {
  const { audit, settings, store } = services
  if (settings.maxSessionsPerUser === undefined) return
  const { userId } = newest
  const live = await store.sessions.listLive(userId)
  for (const { sid } of beyondLimit(live, newest, settings.maxSessionsPerUser))
    if (await store.sessions.revoke(sid, 'session-limit'))
      audit({ event: 'sessions-ended', reason: 'session-limit', count: 1, sid }, { userId, ...origin })
}
