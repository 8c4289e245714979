import type { Caller } from '../http/bearer.ts'
import type { Session } from '../store/store.ts'

/** A live session as the one who asks is told of it. */
export interface SessionDescription {
  readonly sid: string
  readonly createdAt: string
  readonly lastSeenAt: string
  readonly address: string
  readonly userAgent: string
  /** It is the session that asks. */
  readonly current: boolean
  /** `bound`: a key of its device is needed to renew it. */
  readonly device: 'bound' | 'unbound'
}

/** The settings that {@link describeSessions} goes by. */
export interface SeenSettings {
  /** Seconds. */
  readonly accessTokenTtl: number
}

/** Live sessions for somebody to look at, the one seen last first. */
export function describeSessions(
  live: readonly Session[],
  caller: Pick<Caller, 'sid' | 'now'>,
  { accessTokenTtl }: SeenSettings,
): SessionDescription[] {
  const seen = (session: Session) =>
    session.sid === caller.sid ? caller.now : seenAbout(session.lastSeenAt, accessTokenTtl * 1000, caller.now)
  return live
    .map((session) => ({ session, seenAt: seen(session) }))
    .sort((a, b) => b.seenAt - a.seenAt || b.session.createdAt - a.session.createdAt)
    .map(({ session: { sid, createdAt, address, userAgent, deviceKey }, seenAt }) => ({
      sid,
      createdAt: new Date(createdAt).toISOString(),
      lastSeenAt: new Date(seenAt).toISOString(),
      address,
      userAgent,
      current: sid === caller.sid,
      device: deviceKey === null ? 'unbound' : 'bound',
    }))
}

const COARSE_MS = 5 * 60_000

/**
 * When a session was seen last, as others may know it. The moment of its last renewal would tell a thief when to present the token
 * that it has just used up. Between two renewals the session may have been in use all the time, so it counts as seen until its
 * access token has ended; then the time stands still. Rounded down to five minutes, and so never in the future.
 */
function seenAbout(renewedAt: number, accessTokenLife: number, now: number): number {
  const seenAt = Math.min(now, renewedAt + accessTokenLife)
  return seenAt - (seenAt % COARSE_MS)
}
