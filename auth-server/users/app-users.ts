import { z } from 'zod'
import {
  type RequestStore,
  type RequestUsers,
  type SessionStore,
  StoreError,
  type User,
  type UserStore,
} from '../store/store.ts'
import type { CreateUser, Newcomer } from './create-user.ts'

/** A user of your table, as the auth server needs to see them. */
export interface AppUser {
  /** Text that stays the same for as long as there is this user. It becomes `sub` of access tokens. */
  readonly id: string
  readonly email: string
  readonly name: string
  /** Go into each access token, as they are at its making. */
  readonly roles: readonly string[]
  /**
   * PHC string of argon2id, or a hash of another scheme that `verifyPassword()` reads: it is replaced at the first sign-in. Any other
   * text: nobody can sign in with a password.
   */
  readonly passwordHash: string
  /** True: no sign-in, no renewal. Default false. */
  readonly disabled?: boolean
  /** Whether they have shown that the address is theirs. Default false. */
  readonly emailVerified?: boolean
}

type Awaitable<T> = T | Promise<T>

/**
 * Four functions over your own table. They must see what was last written: a replica that lags lets people in who are
 * disabled. An error of theirs is logged, and answered 503: nobody is signed out by it.
 */
export interface AppUsers {
  /** The user with this e-mail address, which comes trimmed and lower-cased. */
  findByEmail(email: string): Awaitable<AppUser | null | undefined>
  /** Asked at each renewal, and by each route that wants a bearer token. */
  findById(id: string): Awaitable<AppUser | null | undefined>
  /**
   * Makes a user of somebody who registers; the id and the roles are yours to choose. Undefined when somebody has that address:
   * leave that to a unique index, two may ask at once. Needed unless `routes.register` is false.
   */
  create?(newcomer: Newcomer): Awaitable<AppUser | null | undefined>
  /** Replaces the hash if it is still `from`, in one statement; answers whether it was. */
  replacePasswordHash(id: string, from: string, to: string): Awaitable<boolean>
  /** Notes that the address is the user's, if it is still theirs; answers whether it is. Without it and the next there are no routes for addresses. */
  markVerified?(id: string, email: string): Awaitable<boolean>
  /** Gives the user another address if theirs is still `from`; leave it to a unique index whether it is free. */
  changeEmail?(id: string, from: string, to: string): Awaitable<'changed' | 'email_taken' | 'gone'>
}

/** Your addresses as requests see them; undefined when your table has none of that. */
export function addressesOf(users: AppUsers): Pick<UserStore, 'markVerified' | 'changeEmail'> | undefined {
  if (!users.markVerified || !users.changeEmail) return undefined
  return {
    markVerified: (id, email) =>
      ask('markVerified', async () => (await users.markVerified?.(id, email)) ?? false),
    changeEmail: (id, from, to) =>
      ask('changeEmail', async () => (await users.changeEmail?.(id, from, to)) ?? 'gone'),
  }
}

const appUser = z.object({
  id: z.string().min(1),
  email: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  passwordHash: z.string(),
  disabled: z.boolean().optional(),
  emailVerified: z.boolean().optional(),
})

/** Your users as requests see them. */
export function requestUsers(users: AppUsers): RequestUsers {
  return {
    findByEmail: (email) => askForUser('findByEmail', () => users.findByEmail(email)),
    findById: (id) => askForUser('findById', () => users.findById(id)),
    replacePasswordHash: (id, from, to) =>
      ask('replacePasswordHash', () => users.replacePasswordHash(id, from, to)),
  }
}

/** Your `create` as the registration sees it. */
export function createUserOf(users: AppUsers): CreateUser {
  return (newcomer) => askForUser('create', () => users.create?.(newcomer))
}

/**
 * A store whose sessions belong to users elsewhere. No transaction spans both, so a new session is stored first, and only then its
 * user is looked at again: whoever disabled them, or changed their password, came before that look or ends a session that is there.
 * For the same reason a renewal asks for session and user one after the other.
 */
export function storeForUsers(
  { sessions, ended, counters, links, factors, ping }: RequestStore,
  users: RequestUsers,
): RequestStore {
  const create: SessionStore['create'] = async (session) => {
    const begun = await sessions.create({ ...session, passwordHash: null })
    // Its token is nobody's yet: what ends here unseen was never used.
    const end = (reason: Parameters<SessionStore['revoke']>[1]) => sessions.revoke(session.sid, reason)
    let user: User | undefined
    try {
      user = await users.findById(session.userId)
    } catch (error) {
      await end('replaced')
      throw error
    }
    if (user?.disabledAt === null && user.passwordHash === session.passwordHash) return begun
    await end(
      user === undefined ? 'user-gone' : user.disabledAt === null ? 'password-changed' : 'user-disabled',
    )
    return undefined
  }
  const { renew: _, ...others } = sessions
  return { users, sessions: { ...others, create }, ended, counters, links, factors, ping: () => ping() }
}

async function askForUser(
  name: keyof AppUsers,
  call: () => Awaitable<AppUser | null | undefined>,
): Promise<User | undefined> {
  const answer = await ask(name, call)
  if (answer === null || answer === undefined) return undefined
  const parsed = appUser.safeParse(answer)
  // The path of what is wrong, never its value.
  if (!parsed.success)
    throw new TypeError(
      `users.${name} answered a user whose ${parsed.error.issues[0]?.path.join('.')} is wrong`,
    )
  const { disabled, emailVerified, ...user } = parsed.data
  // No caller asks when: your table knows that.
  return { ...user, createdAt: 0, disabledAt: disabled ? 0 : null, verifiedAt: emailVerified ? 0 : null }
}

async function ask<T>(name: keyof AppUsers, call: () => Awaitable<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    throw new StoreError(`users.${name} failed.`, { cause })
  }
}
