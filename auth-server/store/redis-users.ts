import { createUser, type RedisDatabase, replaceHash, run } from './redis-scripts.ts'
import { type NewUser, StoreError, type User, type UserStore } from './store.ts'

/*
 * A user is one hash, and its key is made of the address: that the address is unique is then a matter of one key,
 * wherever the slots of a cluster lie. The id leads to it by a second key, written first:
 *
 *   email-of:{id}  ->  address      then      user:{address}  ->  id, passwordHash, …
 *
 * Whoever stops between the two leaves a pointer to nobody, or to somebody with another id. It counts for nothing.
 */

/** The users of a Redis store. */
export function redisUsers(database: RedisDatabase): UserStore {
  const { commands, prefix } = database
  const record = (email: string) => `${prefix}:user:{${email}}`
  const pointer = (id: string) => `${prefix}:email-of:{${id}}`
  const begun = `${prefix}:has-users`

  async function findByEmail(email: string): Promise<User | undefined> {
    return toUser(await commands().hGetAll(record(email)))
  }

  return {
    findByEmail,
    async create(user) {
      // Before the first user: demo users must never join others, and a cluster cannot be asked for "any".
      await commands().set(begun, '1')
      const pointed = await commands().set(pointer(user.id), user.email, { condition: 'NX' })
      if (pointed === null && (await commands().get(pointer(user.id))) !== user.email)
        throw new StoreError('The id of the new user is taken.')
      if ((await run(database, createUser, record(user.email), ...toFields(user))) === 1) return 'created'
      if (pointed !== null) await commands().del(pointer(user.id))
      return 'email_taken'
    },
    async findById(id) {
      const email = await commands().get(pointer(id))
      const user = email === null ? undefined : await findByEmail(email)
      return user?.id === id ? user : undefined
    },
    async replacePasswordHash(id, from, to) {
      const email = await commands().get(pointer(id))
      return email !== null && (await run(database, replaceHash, record(email), id, from, to)) === 1
    },
    async isEmpty() {
      return (await commands().get(begun)) === null
    },
  }
}

function toFields({ id, email, name, roles, passwordHash }: NewUser): string[] {
  return Object.entries({ id, email, name, roles: JSON.stringify(roles), passwordHash }).flat()
}

function toUser(fields: Record<string, string>): User | undefined {
  const { id, email = '', name = '', roles = '[]', passwordHash = '', createdAt, disabledAt } = fields
  if (id === undefined) return undefined
  return {
    id,
    email,
    name,
    roles: JSON.parse(roles) as string[],
    passwordHash,
    createdAt: Number(createdAt),
    disabledAt: disabledAt === undefined ? null : Number(disabledAt),
  }
}
