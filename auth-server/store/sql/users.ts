import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import { arrivalsOf } from '../arrivals.ts'
import type { FactorStore } from '../factors.ts'
import type { SessionStore, User, UserStore } from '../store.ts'
import type { SqlDialect } from './dialect.ts'
import { prepared } from './prepared.ts'
import type { Tables } from './schema.ts'

/** The users of an SQL store. */
export function sqlUsers(
  db: Kysely<Tables>,
  now: SqlDialect['now'],
  {
    revokeAll,
    endAccess,
    forgetOrigins,
    removeAll,
  }: Pick<SessionStore, 'revokeAll' | 'endAccess' | 'forgetOrigins'> & Pick<FactorStore, 'removeAll'>,
): UserStore {
  const findBy = (column: 'email' | 'id') =>
    prepared<{ text: string }, Row>(db, (value) =>
      db.selectFrom('users').selectAll().where(column, '=', value('text')),
    )
  const find = { email: findBy('email'), id: findBy('id') }

  async function setDisabledAt(id: string, disabledAt: RawBuilder<number> | null): Promise<boolean> {
    const result = await db.updateTable('users').set({ disabledAt }).where('id', '=', id).executeTakeFirst()
    return result.numUpdatedRows === 1n
  }

  return {
    async create(user) {
      const result = await db
        .insertInto('users')
        .values({ ...user, roles: JSON.stringify(user.roles), createdAt: now(), ...atFirst })
        .onConflict((conflict) => conflict.column('email').doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n ? 'created' : 'email_taken'
    },
    async createMany(users) {
      if (users.length === 0) return []
      const rows = users.map((user) => ({
        ...user,
        roles: JSON.stringify(user.roles),
        createdAt: now(),
        ...atFirst,
      }))
      const insert = db
        .insertInto('users')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
      const made = await insert.returning(['email', 'id']).execute()
      return await arrivalsOf(users, new Map(made.map(({ email, id }) => [email, id])), async (emails) => {
        const there = db.selectFrom('users').select(['email', 'passwordHash']).where('email', 'in', emails)
        return new Map((await there.execute()).map((row) => [row.email, row.passwordHash]))
      })
    },
    async findByEmail(email) {
      return maybeUser(await find.email({ text: email }))
    },
    async findById(id) {
      return maybeUser(await find.id({ text: id }))
    },
    async replacePasswordHash(id, from, to) {
      const result = await db
        .updateTable('users')
        .set({ passwordHash: to })
        .where('id', '=', id)
        .where('passwordHash', '=', from)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async markVerified(id, email) {
      const result = await db
        .updateTable('users')
        .set({ verifiedAt: sql`coalesce(verified_at, ${now()})` })
        .where('id', '=', id)
        .where('email', '=', email)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async changeEmail(id, from, to) {
      // The unique index has the last word: of two who take an address at the same time, one fails.
      const taken = db.selectFrom('users').select('id').where('email', '=', to)
      const change = db
        .updateTable('users')
        .set({ email: to, verifiedAt: now() })
        .where('id', '=', id)
        .where('email', '=', from)
        .where(({ not, exists }) => not(exists(taken)))
      const changed = await change.executeTakeFirst().catch((error) => {
        if (isTaken(error)) return { numUpdatedRows: 0n }
        throw error
      })
      if (changed.numUpdatedRows === 1n) return 'changed'
      return (await taken.executeTakeFirst()) ? 'email_taken' : 'gone'
    },
    async disable(id) {
      // The order matters: a sign-in that was let in before has made its session by now, and it is found below.
      if (!(await setDisabledAt(id, sql`coalesce(disabled_at, ${now()})`))) return undefined
      return await revokeAll(id, 'user-disabled')
    },
    async enable(id) {
      // A failure while disabling may have left these.
      await revokeAll(id, 'user-disabled')
      return await setDisabledAt(id, null)
    },
    async setRoles(id, roles) {
      const update = db.updateTable('users').set({ roles: JSON.stringify(roles) })
      const { numUpdatedRows } = await update.where('id', '=', id).executeTakeFirst()
      if (numUpdatedRows !== 1n) return false
      // After it: tokens with the old roles may have been made up to this moment.
      await endAccess(id)
      return true
    },
    async delete(id) {
      // The order matters, as it does when a user is disabled.
      const { numDeletedRows } = await db.deleteFrom('users').where('id', '=', id).executeTakeFirst()
      const count = await revokeAll(id, 'user-gone')
      await forgetOrigins(id)
      await removeAll(id)
      return numDeletedRows === 1n || count > 0 ? count : undefined
    },
    async list(after, limit, prefix = '') {
      const begin = `${prefix.replace(/[\\%_]/g, '\\$&')}%`
      const query = db
        .selectFrom('users')
        .selectAll()
        .where('email', '>', after)
        .$if(prefix !== '', (all) => all.where(sql<boolean>`email like ${begin} escape '\\'`))
      return (await query.orderBy('email').limit(limit).execute()).map(toUser)
    },
    async isEmpty() {
      return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) === undefined
    },
  }
}

const atFirst = { disabledAt: null, verifiedAt: null }

/** An unique index is in the way, in the words of either database. */
function isTaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === '23505') || error.message.includes('UNIQUE constraint failed')
}

type Row = Selectable<Tables['users']>

function toUser(row: Row): User {
  return { ...row, roles: JSON.parse(row.roles) as string[] }
}

function maybeUser(row: Row | undefined): User | undefined {
  return row && toUser(row)
}
