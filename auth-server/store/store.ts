/** A person who can sign in. */
export interface User {
  readonly id: string
  /** Trimmed and lower-cased; unique. */
  readonly email: string
  readonly name: string
  readonly roles: readonly string[]
  /** PHC string of argon2id. */
  readonly passwordHash: string
  /** Milliseconds since 1970, as every time in this file. */
  readonly createdAt: number
  readonly disabledAt: number | null
}

/** Why a session ended before its time. */
export type RevocationReason =
  | 'ended-by-user'
  | 'password-changed'
  | 'replaced'
  | 'reuse'
  | 'signed-out'
  | 'user-gone'

/** One token family. No token is stored, in any form: tokens are derived from `sid` and `generation`. */
export interface Session {
  readonly sid: string
  readonly userId: string
  /** Generation of the newest refresh token; the first is 0. */
  readonly generation: number
  readonly createdAt: number
  /** When `generation` last grew; the grace is measured from here. */
  readonly rotatedAt: number
  readonly lastSeenAt: number
  readonly idleExpiresAt: number
  /** A whole second; set once and never extended. */
  readonly absoluteExpiresAt: number
  readonly revokedAt: number | null
  readonly revokedReason: RevocationReason | null
  readonly address: string
  readonly userAgent: string
}

/** What one rotation writes. */
export interface Advance {
  /** The generation the caller saw: the guard of the compare-and-swap. */
  readonly from: number
  readonly to: number
  readonly now: number
  readonly idleExpiresAt: number
  readonly address: string
  readonly userAgent: string
}

/** The users of a store. */
export interface UserStore {
  create(user: User): Promise<'created' | 'email_taken'>
  /** `email` is given in its stored form: trimmed and lower-cased. */
  findByEmail(email: string): Promise<User | undefined>
  findById(id: string): Promise<User | undefined>
  /** Replaces the hash if it is still `from`; false when someone else was faster. */
  replacePasswordHash(id: string, from: string, to: string): Promise<boolean>
  isEmpty(): Promise<boolean>
}

/** The sessions of a store. Every write is one atomic step, so that any number of servers may share it. */
export interface SessionStore {
  create(session: Session): Promise<void>
  find(sid: string): Promise<Session | undefined>
  /** Moves to generation `to` if the session is live and still at `from`; false (nothing written) otherwise. */
  advance(sid: string, step: Advance): Promise<boolean>
  /**
   * Ends a session; false when it had been ended before, or is unknown. An expired one is ended too: a clock that is set
   * back must not bring back a session that was signed out.
   */
  revoke(sid: string, reason: RevocationReason, now: number): Promise<boolean>
  /** Ends the sessions of a user, all or all but `except`; answers how many. */
  revokeAll(userId: string, reason: RevocationReason, now: number, except?: string): Promise<number>
  /** The live sessions of a user, the one seen last first. */
  listLive(userId: string, now: number): Promise<Session[]>
  /** Deletes at most `limit` sessions that were revoked or expired before `before`; answers how many. */
  purge(before: number, limit: number): Promise<number>
}

/** Where users and sessions live. Any method may throw a {@link StoreError}. */
export interface Store {
  readonly users: UserStore
  readonly sessions: SessionStore
  /** Resolves when the store can be read and written. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** The store cannot do its work now. Its message is one sentence, fit for a person and without secrets. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code = 'store_unavailable'
}

/** Whether a session can still be used: not revoked and inside both limits. */
export function isLive(
  session: Pick<Session, 'revokedAt' | 'idleExpiresAt' | 'absoluteExpiresAt'>,
  now: number,
): boolean {
  return session.revokedAt === null && session.idleExpiresAt > now && session.absoluteExpiresAt > now
}
