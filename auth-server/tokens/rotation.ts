import { isLive, type Session } from '../store/store.ts'

/**
 * How long the parent of the newest refresh token may be presented again: seconds since the last rotation, `0` for
 * never, `lenient` for as long as the child has not been used.
 */
export type Grace = number | 'lenient'

/** The facts of a session that decide. */
export type StoredSession = Pick<
  Session,
  'generation' | 'rotatedAt' | 'idleExpiresAt' | 'absoluteExpiresAt' | 'revokedAt'
>

/** The decision on a presented refresh token whose MAC was right. */
export type Decision =
  /** The newest token: move the session on and answer its child. */
  | { readonly kind: 'rotate'; readonly from: number; readonly to: number }
  /** The parent, inside the grace: answer the child that exists already. */
  | { readonly kind: 'replay'; readonly generation: number }
  /** Ahead of the store, which must have lost writes: catch up and answer the child. */
  | { readonly kind: 'heal'; readonly from: number; readonly to: number }
  /** An old token: someone else has used it (RFC 9700, 4.14.2). */
  | { readonly kind: 'reuse' }
  /** Nothing can be done with this session, and nothing is changed. */
  | { readonly kind: 'dead'; readonly because: 'revoked' | 'idle-limit' | 'absolute-limit' }

/**
 * Decides about one presentation of a refresh token. Pure and total.
 *
 * @param presented - generation of the presented token
 * @param stored - the session as the store knows it
 * @param now - milliseconds since 1970
 */
export function decide(presented: number, stored: StoredSession, now: number, grace: Grace): Decision {
  if (stored.revokedAt !== null) return { kind: 'dead', because: 'revoked' }
  if (!isLive(stored, now)) return { kind: 'dead', because: limitOf(stored) }

  const { generation } = stored
  if (presented === generation) return { kind: 'rotate', from: generation, to: generation + 1 }
  if (presented > generation) return { kind: 'heal', from: generation, to: presented + 1 }
  if (presented === generation - 1 && insideGrace(stored.rotatedAt, now, grace))
    return { kind: 'replay', generation }
  return { kind: 'reuse' }
}

/** The limit that came first. */
function limitOf({ idleExpiresAt, absoluteExpiresAt }: StoredSession): 'idle-limit' | 'absolute-limit' {
  return idleExpiresAt < absoluteExpiresAt ? 'idle-limit' : 'absolute-limit'
}

function insideGrace(rotatedAt: number, now: number, grace: Grace): boolean {
  if (grace === 'lenient') return true
  // A clock set back makes `now` lie before the rotation. That counts as no time at all: calling it reuse would sign
  // people out for a correction of the clock.
  const elapsed = Math.max(0, now - rotatedAt)
  return grace > 0 && elapsed <= grace * 1000
}
