import type { RenewingUser, RevocationReason, Session } from '../store.ts'
import { fullUserAgent } from './user-agent-text.ts'

/** After its end a session can still be told from one that never was, for a while: milliseconds. */
export const KEEP_MS = 3_600_000

/** The copy of its user that a session carries: address, name, roles. The id is the session's own. */
export type UserCopy = readonly [email: string, name: string, ...roles: string[]]

/** A session as the scripts answer it. The order is that of `ANSWERED` in `packed.ts`. */
export type SessionValues = readonly [
  createdAt: number,
  rotatedAt: number,
  lastSeenAt: number,
  idleExpiresAt: number,
  absoluteExpiresAt: number,
  revokedAt: number | null,
  deviceBoundAt: number | null,
  copiedAt: number | null,
  generation: number,
  userId: string,
  address: string,
  userAgent: string,
  amr: string,
  revokedReason: string | null,
  deviceKey: string | null,
  mark: string | null,
]

/** The session of this id in the values that were found under its key; undefined when there is none. */
export function toSession(sid: string, values: SessionValues | null): Session | undefined {
  if (values === null) return undefined
  const [createdAt, rotatedAt, lastSeenAt, idleExpiresAt, absoluteExpiresAt, revokedAt, deviceBoundAt] =
    values
  const [, , , , , , , , generation, userId, address, userAgent, amr, revokedReason, deviceKey] = values
  return {
    sid,
    userId,
    generation,
    createdAt,
    rotatedAt,
    lastSeenAt,
    idleExpiresAt,
    absoluteExpiresAt,
    revokedAt,
    revokedReason: revokedReason as RevocationReason | null,
    address,
    userAgent: fullUserAgent(userAgent),
    deviceKey,
    deviceBoundAt,
    amr,
  }
}

/** The mark that names the last change of the session's user: see `renewal.ts`. */
export function markOf(values: SessionValues): string {
  return values[15] ?? ''
}

/** A user as a session carries them. */
export function toCopy({ email, name, roles }: RenewingUser): UserCopy {
  return [email, name, ...roles]
}

/** The user of this id in a copy; undefined without one. */
export function fromCopy(id: string, copy: UserCopy | null): RenewingUser | undefined {
  if (copy === null) return undefined
  const [email, name, ...roles] = copy
  return { id, email, name, roles }
}
