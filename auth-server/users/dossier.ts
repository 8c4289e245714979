import type { FactorKind, FactorStore } from '../store/factors.ts'
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
  /** Proofs of theirs besides the password, and the devices that are let off those. */
  readonly factors: readonly {
    readonly kind: FactorKind
    readonly name: string
    readonly createdAt: string
    readonly usedAt: string | null
    readonly endsAt: string | null
  }[]
  /** Absent when nobody has kept them. */
  readonly events?: readonly object[]
}

/** The part of a store in which it is known. */
interface DossierStore {
  readonly sessions: Pick<SessionStore, 'listAll' | 'find'>
  readonly factors: Pick<FactorStore, 'list'>
}

/** Never with the hash of the password, or a secret of another factor: they say nothing of the person. */
export async function dossierOf(
  user: User,
  { sessions, factors }: DossierStore,
  events: readonly object[] | undefined,
): Promise<Dossier> {
  const { id, email, name, roles, createdAt, disabledAt } = user
  const all = await sessions.listAll(id)
  // Of any of them: the time is the store's.
  const now = all[0] && (await sessions.find(all[0].sid))?.now
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
    factors: (await factors.list(id)).map(({ kind, name, createdAt, usedAt, endsAt }) => ({
      kind,
      name,
      createdAt: iso(createdAt),
      usedAt: usedAt === null ? null : iso(usedAt),
      endsAt: endsAt === null ? null : iso(endsAt),
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
