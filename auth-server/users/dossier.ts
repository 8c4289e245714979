import { isLive, type Session, type SessionStore, type User } from '../store/store.ts'

/** Everything that is known of a user, in words that last: what the GDPR calls a copy of the personal data (Article 15). */
export interface Dossier {
  readonly user: {
    readonly id: string
    readonly email: string
    readonly name: string
    readonly roles: readonly string[]
    /** Absent when that is known to a table of somebody else's. */
    readonly createdAt?: string
    readonly disabledAt: string | null
  }
  readonly sessions: readonly {
    readonly sid: string
    readonly createdAt: string
    readonly lastSeenAt: string
    readonly endedAt: string | null
    readonly endedBy: string | null
    readonly address: string
    readonly userAgent: string
    /** Null: bound to no device. */
    readonly deviceBoundAt: string | null
  }[]
  /** Absent when nobody has kept them. */
  readonly events?: readonly object[]
}

/** Never with the hash of the password: it is a secret, and says nothing of the person. */
export async function dossierOf(
  user: User,
  { listAll, find }: Pick<SessionStore, 'listAll' | 'find'>,
  events: readonly object[] | undefined,
): Promise<Dossier> {
  const { id, email, name, roles, createdAt, disabledAt } = user
  const all = await listAll(id)
  // Of any of them: the time is the store's.
  const now = all[0] && (await find(all[0].sid))?.now
  return {
    user: {
      id,
      email,
      name,
      roles,
      ...(createdAt > 0 && { createdAt: iso(createdAt) }),
      disabledAt: disabledAt === null ? null : iso(disabledAt),
    },
    sessions: all.map((session) => ({
      sid: session.sid,
      createdAt: iso(session.createdAt),
      lastSeenAt: iso(session.lastSeenAt),
      ...endOf(session, now ?? 0),
      address: session.address,
      userAgent: session.userAgent,
      deviceBoundAt: session.deviceBoundAt === null ? null : iso(session.deviceBoundAt),
    })),
    ...(events && { events }),
  }
}

function endOf(session: Session, now: number): { endedAt: string | null; endedBy: string | null } {
  const { revokedAt, revokedReason, idleExpiresAt, absoluteExpiresAt } = session
  if (revokedAt !== null) return { endedAt: iso(revokedAt), endedBy: revokedReason }
  if (isLive(session, now)) return { endedAt: null, endedBy: null }
  return { endedAt: iso(Math.min(idleExpiresAt, absoluteExpiresAt)), endedBy: 'limit' }
}

const iso = (time: number) => new Date(time).toISOString()
