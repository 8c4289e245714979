import type { ErrorCode } from '../http/errors.ts'
import type { Audit } from '../observe/audit.ts'
import {
  type RequestStore,
  type RevocationReason,
  type Session,
  type SessionReading,
  StoreError,
  type User,
} from '../store/store.ts'
import { isSameClient, type Origin, type ReplayFrom } from './client.ts'
import { bindDevice, graceFor, isProven, judgeDevice } from './device.ts'
import { type Grant, type GrantParts, grantFor, type UserData } from './grant.ts'
import { claimedSid, type RefreshTokens } from './refresh-token.ts'
import type { RefusalReason } from './refusal.ts'
import { decide, type Grace } from './rotation.ts'

/** The parts that {@link refresh} works with. */
export interface RefreshParts extends GrantParts {
  readonly refreshTokens: Pick<RefreshTokens, 'verify' | 'derive'>
  readonly audit: Audit
  readonly store: Pick<RequestStore, 'sessions' | 'users'>
  readonly settings: {
    readonly refreshGrace: Grace
    readonly replayFrom: ReplayFrom
    /** Seconds. */
    readonly refreshTokenTtl: number
  }
}

/** The outcome for one presented refresh token. */
export type RefreshResult =
  | {
      readonly kind: 'refreshed'
      readonly how: 'rotated' | 'replayed' | 'healed'
      readonly sid: string
      readonly grant: Grant
    }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly refusal: Refusal }
  /** The session is bound to a device that has not proven to be there. Nothing was changed; see {@link judgeDevice} for `passing`. */
  | {
      readonly kind: 'unproven'
      readonly code: 'device_binding_required'
      readonly sid: string
      readonly passing: boolean
    }

/** The answer when a refresh token is refused for good. */
export type RefusalCode = Extract<
  ErrorCode,
  'invalid_refresh_token' | 'refresh_token_expired' | 'refresh_token_reused' | 'session_revoked'
>

/** Why, and what is known of the session, for the operator; see the audit event `refresh-refused`. */
export interface Refusal {
  readonly reason: RefusalReason
  readonly sid?: string
  readonly claimedSid?: string
  readonly ended?: RevocationReason
  readonly userId?: string
}

// One lost race is answered by the second round; more means that others keep moving the session on.
const MAX_ROUNDS = 8

/**
 * Renews a session. The same token presented any number of times at the same time, to any number of servers on one
 * store, makes one rotation and equal refresh tokens: who loses the compare-and-swap reads and decides again. The time
 * is the store's, so that servers whose clocks differ decide alike.
 *
 * @param proof - of the device, as a gateway hands it on
 */
export async function refresh(
  services: RefreshParts,
  token: string,
  origin: Origin,
  proof?: string,
): Promise<RefreshResult> {
  const { refreshTokens, settings, store } = services
  const claims = refreshTokens.verify(token)
  if (!claims) return notOurs(token)

  const { sid, generation } = claims
  const idleTtl = settings.refreshTokenTtl * 1000
  // One round trip where the users are the store's own: it does what `decide` decides for the newest token, where no device
  // has to prove anything, and else reads alone.
  const { renew } = store.sessions
  const mayBeProven = proof !== undefined
  const renewal = mayBeProven ? undefined : await renew?.(sid, { generation, idleTtl, ...origin })
  if (renew && !renewal && !mayBeProven) return refused({ reason: 'unknown', sid })
  if (renewal?.moved && renewal.user)
    return await moved(services, 'rotated', generation, renewal.user, renewal, origin)

  let known = renewal
  let lostRace = false
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const reading: SessionReading | undefined = known ?? (await store.sessions.find(sid))
    if (!reading) return refused({ reason: 'unknown', sid })
    const { session, now } = reading
    const proven = await isProven(session, { token, proof })
    const grace = graceFor(session, proven, proof, settings.refreshGrace)
    const decision = decide(generation, session, now, grace)
    if (decision.kind === 'dead') return refused(about(session, decision.because))
    const device = await judgeDevice(reading, decision, { proof, ...origin }, proven, lostRace)
    if (device.kind === 'unproven') {
      services.audit(
        { event: 'device-proof-refused', sid, reason: device.reason },
        { userId: session.userId, ...origin },
      )
      return { kind: 'unproven', code: 'device_binding_required', sid, passing: device.passing }
    }
    if (decision.kind === 'reuse') return await endReused(services, session, generation, origin)

    const user = known?.user ?? (await enabledUser(services, session, origin))
    known = undefined
    if ('kind' in user) return user
    if (decision.kind === 'replay') {
      const replayFrom = proven ? 'anyone' : settings.replayFrom
      if (!mayReplay(services, session, origin, replayFrom))
        return await endReused(services, session, generation, origin)
      const bound = device.kind === 'good' ? session : await bindDevice(services, session, device.key, origin)
      lostRace = !bound
      if (!bound) continue
      return refreshed('replayed', sid, await grantFor(services, user, { ...reading, session: bound }))
    }

    const { from, to } = decision
    const next = await store.sessions.advance(sid, { from, to, idleTtl, ...origin })
    if (!next) continue
    const how = decision.kind === 'heal' ? 'healed' : 'rotated'
    const bound = device.kind === 'good' ? next : await bindDevice(services, next, device.key, origin)
    // Somebody has moved the session on since, or bound it. The token is the parent now, and answered as one.
    lostRace = !bound
    if (!bound) continue
    return await moved(services, how, from, user, { session: bound, now: next.rotatedAt }, origin)
  }
  throw new StoreError('The session is being changed by too many at once.')
}

/** Records that a session has moved on; answers its new tokens. */
async function moved(
  services: RefreshParts,
  how: 'rotated' | 'healed',
  from: number,
  user: UserData,
  reading: SessionReading,
  origin: Origin,
): Promise<RefreshResult> {
  const { sid, generation: to } = reading.session
  services.audit(how === 'healed' ? { event: how, sid, from, to } : { event: how, sid, generation: to }, {
    userId: user.id,
    ...origin,
  })
  return refreshed(how, sid, await grantFor(services, user, reading))
}

/** The user of a session; its end, and a refusal, when they may renew no more. */
async function enabledUser(
  services: RefreshParts,
  session: Session,
  origin: Origin,
): Promise<User | RefreshResult> {
  const user = await services.store.users.findById(session.userId)
  if (user?.disabledAt === null) return user
  const revokedReason = user ? 'user-disabled' : 'user-gone'
  await endOrphaned(services, session, revokedReason, origin)
  return refused(about({ ...session, revokedReason }, 'revoked'))
}

/** Records a replay; false when it is to count as reuse. */
function mayReplay(
  { audit }: RefreshParts,
  session: Session,
  origin: Origin,
  replayFrom: ReplayFrom,
): boolean {
  const { sid, userId, generation, address, userAgent } = session
  const subject = { userId, ...origin }
  // Each rotation leaves its client in the session.
  if (isSameClient(origin, session)) {
    audit({ event: 'replayed', sid, generation }, subject)
    return true
  }
  const answer = replayFrom === 'anyone' ? 'child' : 'refused'
  const renewedBy = { address, userAgent }
  audit({ event: 'replayed-elsewhere', sid, generation, answer, renewedBy }, subject)
  return answer === 'child'
}

async function endReused(
  { audit, store }: RefreshParts,
  session: Session,
  presented: number,
  origin: Origin,
): Promise<RefreshResult> {
  if (await store.sessions.revoke(session.sid, 'reuse')) {
    const { sid, userId, generation: newest } = session
    audit({ event: 'reuse-detected', sid, presented, newest }, { userId, ...origin })
  }
  return refused(about(session, 'reused'))
}

/** The user may have been disabled or deleted without an end of their sessions: a table of its own knows of none. */
async function endOrphaned(
  { audit, store }: RefreshParts,
  { sid, userId }: Session,
  reason: 'user-disabled' | 'user-gone',
  origin: Origin,
): Promise<void> {
  if (await store.sessions.revoke(sid, reason))
    audit({ event: 'sessions-ended', reason, count: 1, sid }, { userId, ...origin })
}

function refreshed(how: 'rotated' | 'replayed' | 'healed', sid: string, grant: Grant): RefreshResult {
  return { kind: 'refreshed', how, sid, grant }
}

const codes: Record<RefusalReason, RefusalCode> = {
  'not-ours': 'invalid_refresh_token',
  ambiguous: 'invalid_refresh_token',
  unknown: 'invalid_refresh_token',
  'idle-limit': 'refresh_token_expired',
  'absolute-limit': 'refresh_token_expired',
  revoked: 'session_revoked',
  reused: 'refresh_token_reused',
}

/** A refusal with its code. */
export function refused(refusal: Refusal): Extract<RefreshResult, { kind: 'refused' }> {
  return { kind: 'refused', code: codes[refusal.reason], refusal }
}

function about({ sid, userId, revokedReason }: Session, reason: RefusalReason): Refusal {
  return { reason, sid, userId, ...(revokedReason && { ended: revokedReason }) }
}

/** After a change of secrets everybody comes with such a token, and the log should still tell who. */
function notOurs(token: string): RefreshResult {
  const sid = claimedSid(token)
  return refused({ reason: 'not-ours', ...(sid && { claimedSid: sid }) })
}
