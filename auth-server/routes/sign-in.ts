import type { Request } from 'express'
import { originOf, presentedSession } from '../http.ts'
import type { Services } from '../services.ts'
import type { NewUser } from '../store/store.ts'
import type { Grant } from '../tokens/grant.ts'
import { startSession } from '../tokens/session.ts'

/**
 * Starts a session for a user who has just proved who they are. The session the browser brought along ends: a
 * planted one cannot live on under the new user (session fixation), and a forgotten one does not pile up.
 */
export async function signIn(
  services: Services,
  req: Request,
  user: NewUser,
  by: 'password' | 'registration',
): Promise<Grant> {
  const { audit, refreshTokens, store } = services
  const origin = originOf(req)
  const before = presentedSession(req, refreshTokens)
  if (before) await store.sessions.revoke(before.sid, 'replaced')
  const { sid, ...grant } = await startSession(services, user, origin)
  audit({ event: 'signed-in', sid, by }, { userId: user.id, ...origin })
  return grant
}
