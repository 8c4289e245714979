import type { Kysely, Selectable } from 'kysely'
import { guard } from './guard.ts'
import type { Tables } from './schema.ts'
import type { SessionStore, Store, StoreError, User, UserStore } from './store.ts'

/**
 * A store over an open and migrated SQL database: the queries are the same for every dialect.
 *
 * @param clock - milliseconds since 1970
 * @param explain - makes one sentence of whatever the driver threw
 */
export function sqlStore(
  db: Kysely<Tables>,
  clock: () => number,
  explain: (error: unknown) => StoreError,
): Store {
  return guard<Store>(
    {
      users: guard(sqlUsers(db), explain),
      sessions: guard(sqlSessions(db), explain),
      async ping() {
        // A real write: reading alone would call a full disk or a standby ready.
        const at = clock()
        await db
          .insertInto('heartbeat')
          .values({ id: 1, at })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ at }))
          .execute()
      },
      close: () => db.destroy(),
    },
    explain,
  )
}

function sqlUsers(db: Kysely<Tables>): UserStore {
  return {
    async create(user) {
      const result = await db
        .insertInto('users')
        .values({ ...user, roles: JSON.stringify(user.roles) })
        .onConflict((conflict) => conflict.column('email').doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n ? 'created' : 'email_taken'
    },
    async findByEmail(email) {
      return toUser(await db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst())
    },
    async findById(id) {
      return toUser(await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst())
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
    async isEmpty() {
      return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) === undefined
    },
  }
}

function sqlSessions(db: Kysely<Tables>): SessionStore {
  const unrevoked = () => db.updateTable('sessions').where('revokedAt', 'is', null)

  return {
    async create(session) {
      await db.insertInto('sessions').values(session).execute()
    },
    async find(sid) {
      return await db.selectFrom('sessions').selectAll().where('sid', '=', sid).executeTakeFirst()
    },
    async advance(sid, { from, to, now, idleExpiresAt, address, userAgent }) {
      const result = await unrevoked()
        .set({ generation: to, rotatedAt: now, lastSeenAt: now, idleExpiresAt, address, userAgent })
        .where('sid', '=', sid)
        .where('generation', '=', from)
        .where('idleExpiresAt', '>', now)
        .where('absoluteExpiresAt', '>', now)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async revoke(sid, reason, now) {
      const result = await unrevoked()
        .set({ revokedAt: now, revokedReason: reason })
        .where('sid', '=', sid)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async revokeAll(userId, reason, now, except) {
      let query = unrevoked().set({ revokedAt: now, revokedReason: reason }).where('userId', '=', userId)
      if (except !== undefined) query = query.where('sid', '!=', except)
      return Number((await query.executeTakeFirst()).numUpdatedRows)
    },
    async listLive(userId, now) {
      return await db
        .selectFrom('sessions')
        .selectAll()
        .where('userId', '=', userId)
        .where('revokedAt', 'is', null)
        .where('idleExpiresAt', '>', now)
        .where('absoluteExpiresAt', '>', now)
        .orderBy('lastSeenAt', 'desc')
        .orderBy('sid')
        .execute()
    },
    async purge(before, limit) {
      // The idle end is never after the absolute one, so it alone tells when a session expired.
      const dead = db
        .selectFrom('sessions')
        .select('sid')
        .where((eb) => eb.or([eb('idleExpiresAt', '<', before), eb('revokedAt', '<', before)]))
        .limit(limit)
      const result = await db.deleteFrom('sessions').where('sid', 'in', dead).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
  }
}

function toUser(row: Selectable<Tables['users']> | undefined): User | undefined {
  return row && { ...row, roles: JSON.parse(row.roles) as string[] }
}
