import { newId, type Services } from '../services.ts'
import type { Session, User } from '../store/store.ts'
import { type Grant, grantFor } from './grant.ts'

/** Where a request came from, for the list of sessions and the audit log. */
export interface Origin {
  readonly address: string
  readonly userAgent: string
}

/** Starts a session with a new id (never one that was presented) and hands out its first tokens. */
export async function startSession(
  services: Services,
  user: User,
  origin: Origin,
): Promise<Grant & { sid: string }> {
  const { clock, random, settings, store } = services
  const now = clock()
  // On a whole second, so that an access token can end exactly with the session.
  const absoluteExpiresAt = (Math.floor(now / 1000) + settings.sessionMaxAge) * 1000
  const session: Session = {
    sid: newId(random),
    userId: user.id,
    generation: 0,
    createdAt: now,
    rotatedAt: now,
    lastSeenAt: now,
    idleExpiresAt: idleEnd(now, settings.refreshTokenTtl, absoluteExpiresAt),
    absoluteExpiresAt,
    revokedAt: null,
    revokedReason: null,
    ...origin,
  }
  await store.sessions.create(session)
  return { sid: session.sid, ...(await grantFor(services, user, session, now)) }
}

/** When a session that is used now ends if it is not used again. */
export function idleEnd(now: number, ttlSeconds: number, absoluteExpiresAt: number): number {
  return Math.min(now + ttlSeconds * 1000, absoluteExpiresAt)
}
