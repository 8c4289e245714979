import type { FactorStore } from './factors.ts'

/** A person who can sign in. */
export interface User {
  readonly id: string
  /** Trimmed and lower-cased; unique. */
  readonly email: string
  readonly name: string
  readonly roles: readonly string[]
  /** PHC string of argon2id; of somebody who came with a hash of another scheme and has not signed in since, that one. */
  readonly passwordHash: string
  /** Milliseconds since 1970, as every time in this file. */
  readonly createdAt: number
  readonly disabledAt: number | null
  /** When they have shown that the address is theirs; null while they have not. */
  readonly verifiedAt: number | null
}

/** Why a session ended before its time. */
export type RevocationReason =
  | 'ended-by-admin'
  | 'ended-by-user'
  | 'password-changed'
  | 'password-reset'
  | 'replaced'
  | 'reuse'
  | 'session-limit'
  | 'signed-out'
  | 'user-disabled'
  | 'user-gone'

/**
 * One token family. No token is stored, in any form: tokens are derived from `sid` and `generation`. Every time in it
 * is the store's: servers whose own clocks differ agree on it.
 */
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
  /** Public key (RFC 7517, as text) of the device that the session is bound to; null while it is bound to none. */
  readonly deviceKey: string | null
  readonly deviceBoundAt: number | null
  /** How the person has signed in: names of RFC 8176 with a space between them, as `amr` of access tokens has them. */
  readonly amr: string
}

/** The data of a new session. */
export interface NewSession {
  readonly sid: string
  readonly userId: string
  /**
   * The hash that the user's password was held against. If it is another by now, nothing begins. Null: the user is not in this store, and
   * whoever asks looks after them.
   */
  readonly passwordHash: string | null
  /** Milliseconds until it ends if it is not renewed. */
  readonly idleTtl: number
  /** Milliseconds until it ends in any case, counted from the second it begins in. */
  readonly maxAge: number
  readonly address: string
  readonly userAgent: string
  readonly amr: string
}

/** A session, and the moment at which it was read, by the store's clock. */
export interface SessionReading {
  readonly session: Session
  readonly now: number
}

/** The writes of one rotation. */
export interface Advance {
  /** The generation the caller saw: the guard of the compare-and-swap. */
  readonly from: number
  readonly to: number
  /** Milliseconds until the session ends if it is not renewed again. */
  readonly idleTtl: number
  readonly address: string
  readonly userAgent: string
}

/** The writes of a binding. */
interface Binding {
  /** The generation that the caller saw. */
  readonly generation: number
  /** The key that the caller saw. */
  readonly from: string | null
  readonly to: string
}

/** One presentation of a refresh token, with the writes of its rotation. */
export interface Presentation {
  /** Of the presented token. */
  readonly generation: number
  /** Milliseconds until the session ends if it is not renewed again. */
  readonly idleTtl: number
  readonly address: string
  readonly userAgent: string
}

/** The part of a user that renewals hand out. */
export type RenewingUser = Pick<User, 'id' | 'email' | 'name' | 'roles'>

/** The answer to a {@link Presentation}: the session as it is after it. */
export interface Renewal extends SessionReading {
  /** Whether this call has moved the session on. `now` is the moment of the rotation then. */
  readonly moved: boolean
  /** The user of the session, as they were before it moved. Undefined: disabled, gone, or to be asked for. */
  readonly user: RenewingUser | undefined
}

/** A user to be; the store says when they came. */
export type NewUser = Omit<User, 'createdAt' | 'disabledAt' | 'verifiedAt'>

/** The outcome for one of many users. `there_already`: somebody has the address, and the same hash. */
export type Arrival = 'created' | 'there_already' | 'email_taken' | 'id_taken'

/** The users of a store. */
export interface UserStore {
  create(user: NewUser): Promise<'created' | 'email_taken'>
  /** Adds many, each for itself; answers in their order what became of each. */
  createMany(users: readonly NewUser[]): Promise<Arrival[]>
  /** `email` is given in its stored form: trimmed and lower-cased. */
  findByEmail(email: string): Promise<User | undefined>
  findById(id: string): Promise<User | undefined>
  /** Replaces the hash if it is still `from`; false when someone else was faster. */
  replacePasswordHash(id: string, from: string, to: string): Promise<boolean>
  /** Notes that the address is the user's, as long as it is this one; false when it is another, or there is no such user. */
  markVerified(id: string, email: string): Promise<boolean>
  /**
   * Gives the user another address, which is verified by that, as long as theirs is still `from`. `gone`: it is not, or there is no such
   * user.
   */
  changeEmail(id: string, from: string, to: string): Promise<'changed' | 'email_taken' | 'gone'>
  /**
   * Lets the user in no more, then ends every session of theirs; answers how many, or undefined for an unknown user.
   * Asked again after a failure, it does the rest.
   */
  disable(id: string): Promise<number | undefined>
  /** Lets the user sign in again; what was ended stays so. False for an unknown user. */
  enable(id: string): Promise<boolean>
  /**
   * Gives the user these roles, and has every session of theirs renewed before it is used again: see {@link SessionStore.endAccess}.
   * False for an unknown user. Asked again after a failure, it does the rest.
   */
  setRoles(id: string, roles: readonly string[]): Promise<boolean>
  /**
   * Deletes the user, then ends every session of theirs and forgets where it came from. Answers how many ended; undefined for an unknown
   * user without sessions. Asked again after a failure, it does the rest.
   */
  delete(id: string): Promise<number | undefined>
  /**
   * At most `limit` users whose addresses come after `after`, in the store's order of addresses; from `''` for the first.
   *
   * @param prefix - only those whose addresses begin with it. Default all
   */
  list(after: string, limit: number, prefix?: string): Promise<User[]>
  isEmpty(): Promise<boolean>
}

/**
 * The sessions of a store. Every write is one atomic step, so that any number of servers may share it. Durations go in,
 * times come out: the store's clock is the only one that counts.
 */
export interface SessionStore {
  /**
   * Begins a session at generation 0, now; undefined (and nothing begun) when the user is gone, disabled, or has
   * another password than the one that was checked. A sign-in that races with one of these leaves no session behind:
   * either it is refused, or what ends the user's sessions ends this one too.
   */
  create(session: NewSession): Promise<Session | undefined>
  find(sid: string): Promise<SessionReading | undefined>
  /**
   * Moves to generation `to` if the session is live and still at `from`; undefined (nothing written) otherwise. The
   * moment of the rotation is the `rotatedAt` of the answer.
   */
  advance(sid: string, step: Advance): Promise<Session | undefined>
  /** Binds a session to the key of a device if it is live, and its generation and key are still those; undefined (nothing written) otherwise. */
  bind(sid: string, binding: Binding): Promise<Session | undefined>
  /**
   * Reads a session and its user, and moves on to the next generation at once if the session is live, the presented generation is its
   * newest, the user is here and not disabled, and no device has to prove anything: one round trip. In every other case nothing is written, and the caller decides by what
   * was read. Undefined: there is no such session.
   */
  renew(sid: string, presented: Presentation): Promise<Renewal | undefined>
  /**
   * Ends a session; false when it had been ended before, or is unknown. An expired one is ended too: a clock that is set
   * back must not bring back a session that was signed out.
   */
  revoke(sid: string, reason: RevocationReason): Promise<boolean>
  /** Ends the sessions of a user, all or all but `except`; answers how many. */
  revokeAll(userId: string, reason: RevocationReason, except?: string): Promise<number>
  /**
   * Tells those who read endings that access tokens which this user was given before now count no more. The sessions live: each is
   * renewed before it is used again.
   */
  endAccess(userId: string): Promise<void>
  /** Forgets where the sessions of a user came from: their addresses and user agents. */
  forgetOrigins(userId: string): Promise<void>
  /** The live sessions of a user, the one seen last first. */
  listLive(userId: string): Promise<Session[]>
  /** Every session of a user that is still known, those that have ended too, the newest first. */
  listAll(userId: string): Promise<Session[]>
  /**
   * Deletes at most `limit` sessions that were revoked or expired more than `deadFor` ms ago; answers how many. One that expired may
   * stay six hours longer.
   */
  purge(deadFor: number, limit: number): Promise<number>
}

/** A session that ended before its time. */
export interface EndedSession {
  readonly sid: string
  readonly endedAt: number
  readonly reason: RevocationReason
}

/** A user whose access tokens from before a moment count no more, and whose sessions live. */
export interface EndedAccess {
  readonly userId: string
  readonly endedAt: number
}

/** The answer of an {@link EndedStore}. */
export interface EndedReading {
  /** Names this reading, so that the next one goes on from it. */
  readonly cursor: string
  readonly entries: readonly (EndedSession | EndedAccess)[]
  /** Everything is here, and not only what came after the cursor that was given. */
  readonly complete: boolean
}

/** The sessions that have ended lately, for parts that verify access tokens by themselves. */
export interface EndedStore {
  /**
   * The sessions, and the access of users, that have ended after the reading that `cursor` names, as far as that was within the last `within` ms. With no
   * cursor, or one that this store does not know, everything within that time.
   *
   * Nothing is left out between two readings: a cursor stands for what could be seen, not for a moment. Something may come twice.
   */
  since(cursor: string | undefined, within: number): Promise<EndedReading>
  /**
   * Calls soon after sessions have ended, on whichever server. A call may be lost while the store cannot be reached, and may come
   * for nothing. Never keeps the process alive.
   *
   * @returns ends it
   */
  watch(listener: () => void): () => void
}

/** How often something has happened. */
export interface Count {
  readonly points: number
  /** Milliseconds until it is forgotten. */
  readonly timeLeft: number
}

/** Counters that forget, shared by all servers on the store. */
export interface CounterStore {
  /** Adds to a counter in one atomic step. It is forgotten `life` ms after its first point. */
  add(key: string, points: number, life: number): Promise<Count>
  find(key: string): Promise<Count | undefined>
  /** False when there was nothing to forget. */
  remove(key: string): Promise<boolean>
  /** Deletes at most `limit` counters that are forgotten; answers how many. */
  purge(limit: number): Promise<number>
}

/** The act that a link in a mail can do. */
export type LinkPurpose = 'reset-password' | 'verify-email' | 'change-email'

/** A step that was begun, and is gone on with by a token that the same browser was given: a sign-in whose password was right. */
export type StepPurpose = 'second-factor'

/** A token that was handed out: in a mail, or for the next step of something. The store knows its digest alone. */
export interface Link {
  readonly digest: string
  readonly purpose: LinkPurpose | StepPurpose
  readonly userId: string
  /** The address that it was sent to, or that the user had. */
  readonly email: string
  /** The value that must not have changed since, in a form that tells nothing of it. */
  readonly stamp: string
}

/** Tokens that were handed out, each good for one use and a short time. */
export interface LinkStore {
  /** Keeps a link for `life` ms. */
  add(link: Link, life: number): Promise<void>
  find(digest: string, purpose: Link['purpose']): Promise<Link | undefined>
  /** Answers a link and forgets it, in one atomic step: of many who ask at the same time, one gets it. */
  take(digest: string, purpose: Link['purpose']): Promise<Link | undefined>
  /** Deletes at most `limit` links that are over; answers how many. */
  purge(limit: number): Promise<number>
}

/** The part of a user table that requests need, wherever the table is. */
export type RequestUsers = Pick<UserStore, 'findByEmail' | 'findById' | 'replacePasswordHash'>

/** The sessions as requests need them. Without `renew` where the users are elsewhere: no statement spans both. */
export type RequestSessions = Omit<SessionStore, 'renew'> & Partial<Pick<SessionStore, 'renew'>>

/** The part of a store that requests need. */
export interface RequestStore extends Pick<Store, 'ended' | 'counters' | 'links' | 'factors' | 'ping'> {
  readonly sessions: RequestSessions
  readonly users: RequestUsers
}

/** Where users and sessions live. Any method may throw a {@link StoreError}. */
export interface Store {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly ended: EndedStore
  readonly counters: CounterStore
  readonly links: LinkStore
  readonly factors: FactorStore
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
