import { newId, type Services } from '../services.ts'
import type { NewUser } from '../store/store.ts'
import { type Grant, grantFor } from './grant.ts'

/** Where a request came from, for the list of sessions and the audit log. */
export interface Origin {
  readonly address: string
  readonly userAgent: string
}

/** Starts a session with a new id (never one that was presented) and hands out its first tokens. */
export async function startSession(
  services: Services,
  user: NewUser,
  origin: Origin,
): Promise<Grant & { sid: string }> {
  const { random, settings, store } = services
  const session = await store.sessions.create({
    sid: newId(random),
    userId: user.id,
    idleTtl: settings.refreshTokenTtl * 1000,
    maxAge: settings.sessionMaxAge * 1000,
    ...origin,
  })
  return { sid: session.sid, ...(await grantFor(services, user, { session, now: session.createdAt })) }
}
