import { newId, type Random } from '../store/new-id.ts'
import type { NewUser } from '../store/store.ts'
import type { Origin } from './client.ts'
import { type Grant, type GrantParts, grantFor } from './grant.ts'
import { endBeyondLimit, type SessionLimitParts } from './session-limit.ts'

/** The parts that {@link startSession} works with. */
export type SessionParts = GrantParts &
  SessionLimitParts & {
    readonly random: Random
    /** Seconds. */
    readonly settings: { readonly refreshTokenTtl: number; readonly sessionMaxAge: number }
  }

/**
 * Starts a session with a new id (never one that was presented) and hands out its first tokens.
 *
 * @param user - as they were when their password was checked
 * @param replaced - id of a session of the same browser, which ends with this
 * @param amr - how they have signed in: names of RFC 8176 2
 * @returns undefined when the user has been disabled, or has changed the password, since then
 */
export async function startSession(
  services: SessionParts,
  user: NewUser,
  origin: Origin,
  replaced?: string,
  amr: readonly string[] = ['pwd'],
): Promise<(Grant & { sid: string }) | undefined> {
  const { random, settings, store } = services
  const session = await store.sessions.create({
    sid: newId(random),
    userId: user.id,
    passwordHash: user.passwordHash,
    idleTtl: settings.refreshTokenTtl * 1000,
    maxAge: settings.sessionMaxAge * 1000,
    ...origin,
    amr: amr.join(' '),
  })
  if (!session) return undefined
  if (replaced !== undefined) await store.sessions.revoke(replaced, 'replaced')
  await endBeyondLimit(services, session, origin)
  return { sid: session.sid, ...(await grantFor(services, user, { session, now: session.createdAt })) }
}
