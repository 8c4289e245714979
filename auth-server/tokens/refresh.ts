import type { ErrorCode } from '../errors.ts'
import type { Services } from '../services.ts'
import { type Session, StoreError, type User } from '../store/store.ts'
import { type Grant, grantFor } from './grant.ts'
import { decide } from './rotation.ts'
import { idleEnd, type Origin } from './session.ts'

/** What became of one presented refresh token. */
export type RefreshResult =
  | { readonly kind: 'refreshed'; readonly grant: Grant }
  | { readonly kind: 'refused'; readonly code: RefusalCode }

/** Why a refresh token is refused for good. */
export type RefusalCode = Extract<
  ErrorCode,
  'invalid_refresh_token' | 'refresh_token_expired' | 'refresh_token_reused' | 'session_revoked'
>

// One lost race is answered by the second round; more means that others keep moving the session on.
const MAX_ROUNDS = 8

/**
 * Renews a session. The same token presented any number of times at the same time, to any number of servers on one
 * store, makes one rotation and equal refresh tokens: who loses the compare-and-swap reads and decides again.
 */
export async function refresh(services: Services, token: string, origin: Origin): Promise<RefreshResult> {
  const { clock, refreshTokens, settings, store } = services
  const claims = refreshTokens.verify(token)
  if (!claims) return refused('invalid_refresh_token')

  for (let round = 0; round < MAX_ROUNDS; round++) {
    const session = await store.sessions.find(claims.sid)
    if (!session) return refused('invalid_refresh_token')
    const now = clock()
    const decision = decide(claims.generation, session, now, settings.refreshGrace)
    if (decision.kind === 'dead')
      return refused(decision.because === 'expired' ? 'refresh_token_expired' : 'session_revoked')
    if (decision.kind === 'reuse') return await endReused(services, session, claims.generation, now, origin)

    const user = await store.users.findById(session.userId)
    if (!user || user.disabledAt !== null) {
      await store.sessions.revoke(session.sid, 'user-gone', now)
      return refused('session_revoked')
    }
    if (decision.kind === 'replay') return await refreshed(services, user, session, now)

    const { from, to } = decision
    const idleExpiresAt = idleEnd(now, settings.refreshTokenTtl, session.absoluteExpiresAt)
    if (!(await store.sessions.advance(session.sid, { from, to, now, idleExpiresAt, ...origin }))) continue
    if (decision.kind === 'heal')
      services.audit({ event: 'healed', sid: session.sid, from, to }, { userId: user.id, ...origin })
    return await refreshed(services, user, { ...session, generation: to, idleExpiresAt }, now)
  }
  throw new StoreError('The session is being changed by too many at once.')
}

async function endReused(
  { audit, store }: Services,
  session: Session,
  presented: number,
  now: number,
  origin: Origin,
): Promise<RefreshResult> {
  if (await store.sessions.revoke(session.sid, 'reuse', now)) {
    const { sid, userId, generation: newest } = session
    audit({ event: 'reuse-detected', sid, presented, newest }, { userId, ...origin })
  }
  return refused('refresh_token_reused')
}

async function refreshed(
  services: Services,
  user: User,
  session: Session,
  now: number,
): Promise<RefreshResult> {
  return { kind: 'refreshed', grant: await grantFor(services, user, session, now) }
}

function refused(code: RefusalCode): RefreshResult {
  return { kind: 'refused', code }
}
