import { arrivalsOf } from '../arrivals.ts'
import type { FactorStore } from '../factors.ts'
import { type NewUser, type SessionStore, StoreError, type User, type UserStore } from '../store.ts'
import { inBatches } from './batches.ts'
import {
  createUser,
  deleteUser,
  listUser,
  markVerified,
  moveUserIn,
  moveUserOut,
  type RedisDatabase,
  replaceHash,
  repoint,
  run,
  setDisabled,
  setFields,
  setRoles,
  usersAfter,
} from './scripts.ts'
import { userCopies } from './user-copies.ts'

/*
 * A user is one hash, and its key is made of the address: that the address is unique is then a matter of one key,
 * wherever the slots of a cluster lie. The id leads to it by a second key, written first:
 *
 *   email-of:{id}  ->  address      then      user:{address}  ->  id, passwordHash, …
 *
 * Before both the address is put on the list of all users, on which it may be in vain.
 *
 * A process that stops between the two leaves a pointer to no user, or to one with another id. Such a pointer is ignored.
 */

/** The users of a Redis store. */
export function redisUsers(
  database: RedisDatabase,
  {
    revokeAll,
    endAccess,
    forgetOrigins,
    removeAll,
  }: Pick<SessionStore, 'revokeAll' | 'endAccess' | 'forgetOrigins'> & Pick<FactorStore, 'removeAll'>,
): UserStore {
  const { commands, prefix } = database
  const record = (email: string) => `${prefix}:user:{${email}}`
  const pointer = (id: string) => `${prefix}:email-of:{${id}}`
  const all = `${prefix}:users`
  const copies = userCopies(database)

  async function recordOf(email: string): Promise<User | undefined> {
    return toUser(await commands().hGetAll(record(email)))
  }

  /** Somebody whose pointer leads elsewhere is moving to this address, or stopped half way. */
  async function findByEmail(email: string): Promise<User | undefined> {
    const user = await recordOf(email)
    return user && (await commands().get(pointer(user.id))) === email ? user : undefined
  }

  async function disableOrNot(id: string, disabled: boolean): Promise<boolean> {
    const email = await commands().get(pointer(id))
    return email !== null && (await run(database, setDisabled, record(email), id, disabled ? 1 : 0)) === 1
  }

  async function listAfter(after: string, limit: number, prefix = ''): Promise<string[]> {
    return (await run(database, usersAfter, all, after, limit, prefix)) as string[]
  }

  async function add(user: NewUser): Promise<'created' | 'email_taken' | 'id_taken'> {
    // Before the user: demo users must never join others, so the list must not be empty when somebody is there.
    await run(database, listUser, all, user.email)
    const pointed = await commands().set(pointer(user.id), user.email, { condition: 'NX' })
    if (pointed === null && (await commands().get(pointer(user.id))) !== user.email) return 'id_taken'
    if ((await run(database, createUser, record(user.email), ...toFields(user))) === 1) {
      // Once more: somebody who is being deleted may have had this address, and taken it off the list.
      await run(database, listUser, all, user.email)
      return 'created'
    }
    if (pointed !== null) await commands().del(pointer(user.id))
    return 'email_taken'
  }

  /** Deletes what is left at an old address, and brings over what was written there while the user moved. */
  async function takeAlong(
    id: string,
    from: string,
    to: string,
    seen: Record<string, string>,
  ): Promise<void> {
    const pairs = (await run(database, moveUserOut, record(from), id)) as string[] | null
    if (!pairs) return
    const last = toRecord(pairs)
    const changed = (['passwordHash', 'roles'] as const).filter((name) => last[name] !== seen[name])
    const fields = changed.flatMap((name) => [name, last[name] ?? ''])
    if (fields.length > 0) await run(database, setFields, record(to), id, ...fields)
    if (last.disabledAt !== undefined && seen.disabledAt === undefined)
      await run(database, setDisabled, record(to), id, 1)
  }

  async function move(id: string, from: string, to: string): ReturnType<UserStore['changeEmail']> {
    // Three keys, which may lie in three slots. The pointer decides: before it moves nothing counts, and after it all is there.
    const user = await recordOf(from)
    if (user?.id !== id || (await commands().get(pointer(id))) !== from) return 'gone'
    await run(database, listUser, all, to)
    const moved = { ...(await commands().hGetAll(record(from))), email: to }
    const fields = Object.entries(moved).filter(([name]) => name !== 'verifiedAt')
    if ((await run(database, moveUserIn, record(to), id, ...fields.flat())) !== 1) return 'email_taken'
    if ((await run(database, repoint, pointer(id), from, to)) !== 1) {
      if ((await commands().get(pointer(id))) !== to) await run(database, moveUserOut, record(to), id)
      return 'gone'
    }
    await takeAlong(id, from, to, moved)
    await commands().zRem(all, [from])
    return 'changed'
  }

  return {
    findByEmail,
    async create(user) {
      const made = await add(user)
      if (made === 'id_taken') throw new StoreError('The id of the new user is taken.')
      return made
    },
    async createMany(users) {
      const made = await inBatches(users, add)
      const created = users
        .filter((_, i) => made[i] === 'created')
        .map(({ email, id }) => [email, id] as const)
      return await arrivalsOf(users, new Map(created), async (emails) => {
        const there = await inBatches(emails, findByEmail)
        return new Map(
          there.filter((user) => user !== undefined).map((user) => [user.email, user.passwordHash]),
        )
      })
    },
    async findById(id) {
      const email = await commands().get(pointer(id))
      const user = email === null ? undefined : await recordOf(email)
      return user?.id === id ? user : undefined
    },
    async replacePasswordHash(id, from, to) {
      const email = await commands().get(pointer(id))
      return email !== null && (await run(database, replaceHash, record(email), id, from, to)) === 1
    },
    async markVerified(id, email) {
      if ((await commands().get(pointer(id))) !== email) return false
      return (await run(database, markVerified, record(email), id)) === 1
    },
    changeEmail: (id, from, to) => copies.during(id, () => move(id, from, to)),
    async disable(id) {
      // The order matters: a sign-in under way looks at the user once its session is there.
      await copies.bar(id)
      if (!(await disableOrNot(id, true))) return undefined
      return await revokeAll(id, 'user-disabled')
    },
    async enable(id) {
      // A failure while disabling may have left these.
      await revokeAll(id, 'user-disabled')
      return await disableOrNot(id, false)
    },
    async setRoles(id, roles) {
      const email = await commands().get(pointer(id))
      if (email === null) return false
      const change = () => run(database, setRoles, record(email), id, JSON.stringify(roles))
      if ((await copies.during(id, change)) !== 1) return false
      // After it: tokens with the old roles may have been made up to this moment.
      await endAccess(id)
      return true
    },
    async delete(id) {
      const email = await commands().get(pointer(id))
      await copies.bar(id)
      // The order matters, as it does when a user is disabled. The pointer goes last: it leads to the rest.
      if (email !== null) {
        await run(database, deleteUser, record(email), id)
        await commands().zRem(all, [email])
        // Somebody may have this address by now.
        if (await findByEmail(email)) await run(database, listUser, all, email)
      }
      const count = await revokeAll(id, 'user-gone')
      await forgetOrigins(id)
      await removeAll(id)
      await commands().del(pointer(id))
      return email !== null || count > 0 ? count : undefined
    },
    async list(after, limit, prefix) {
      const users: User[] = []
      for (let last = after; users.length < limit; ) {
        const emails = await listAfter(last, limit - users.length, prefix)
        const found = await inBatches(emails, findByEmail)
        users.push(...found.filter((user) => user !== undefined))
        const next = emails.at(-1)
        if (next === undefined) break
        last = next
      }
      return users
    },
    async isEmpty() {
      return (await listAfter('', 1)).length === 0
    },
  }
}

/** @param pairs - names and values in turn, as Redis answers a hash */
function toRecord(pairs: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {}
  for (let i = 0; i < pairs.length; i += 2) fields[pairs[i] ?? ''] = pairs[i + 1] ?? ''
  return fields
}

function toFields({ id, email, name, roles, passwordHash }: NewUser): string[] {
  return Object.entries({ id, email, name, roles: JSON.stringify(roles), passwordHash }).flat()
}

function toUser(fields: Record<string, string>): User | undefined {
  const {
    id,
    email = '',
    name = '',
    roles = '[]',
    passwordHash = '',
    createdAt,
    disabledAt,
    verifiedAt,
  } = fields
  if (id === undefined) return undefined
  return {
    id,
    email,
    name,
    roles: JSON.parse(roles) as string[],
    passwordHash,
    createdAt: Number(createdAt),
    disabledAt: disabledAt === undefined ? null : Number(disabledAt),
    verifiedAt: verifiedAt === undefined ? null : Number(verifiedAt),
  }
}
