import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import { guard } from './guard.ts'
import type { Tables } from './schema.ts'
import type { SessionStore, Store, StoreError, User, UserStore } from './store.ts'

/** What differs between SQL databases. */
export interface SqlDialect {
  /** The store's time, milliseconds since 1970: one moment for a whole statement. */
  readonly now: () => RawBuilder<number>
  /** Makes one sentence of whatever the driver threw. */
  readonly explain: (error: unknown) => StoreError
}

/** A store over an open and migrated SQL database: the queries are the same for every dialect. */
export function sqlStore(db: Kysely<Tables>, { now, explain }: SqlDialect): Store {
  return guard<Store>(
    {
      users: guard(sqlUsers(db, now), explain),
      sessions: guard(sqlSessions(db, now), explain),
      async ping() {
        // A real write: reading alone would call a full disk or a standby ready.
        const at = now()
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

function sqlUsers(db: Kysely<Tables>, now: SqlDialect['now']): UserStore {
  return {
    async create(user) {
      const result = await db
        .insertInto('users')
        .values({ ...user, roles: JSON.stringify(user.roles), createdAt: now(), disabledAt: null })
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

function sqlSessions(db: Kysely<Tables>, clock: SqlDialect['now']): SessionStore {
  const unrevoked = () => db.updateTable('sessions').where('revokedAt', 'is', null)

  return {
    async create({ sid, userId, idleTtl, maxAge, address, userAgent }) {
      const now = clock()
      // On a whole second, so that an access token can end exactly with the session.
      const absoluteExpiresAt = sql<number>`${now} - ${now} % 1000 + ${maxAge}`
      return await db
        .insertInto('sessions')
        .values({
          sid,
          userId,
          generation: 0,
          createdAt: now,
          rotatedAt: now,
          lastSeenAt: now,
          idleExpiresAt: earlier(sql`${now} + ${idleTtl}`, absoluteExpiresAt),
          absoluteExpiresAt,
          revokedAt: null,
          revokedReason: null,
          address,
          userAgent,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
    },
    async find(sid) {
      const row = await db
        .selectFrom('sessions')
        .selectAll()
        .select(clock().as('now'))
        .where('sid', '=', sid)
        .executeTakeFirst()
      if (row === undefined) return undefined
      const { now, ...session } = row
      return { session, now }
    },
    async advance(sid, { from, to, idleTtl, address, userAgent }) {
      const now = clock()
      const idleExpiresAt = earlier(sql`${now} + ${idleTtl}`, sql.ref('absoluteExpiresAt'))
      return await unrevoked()
        .set({ generation: to, rotatedAt: now, lastSeenAt: now, idleExpiresAt, address, userAgent })
        .where('sid', '=', sid)
        .where('generation', '=', from)
        .where('idleExpiresAt', '>', now)
        .where('absoluteExpiresAt', '>', now)
        .returningAll()
        .executeTakeFirst()
    },
    async revoke(sid, reason) {
      const result = await unrevoked()
        .set({ revokedAt: clock(), revokedReason: reason })
        .where('sid', '=', sid)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async revokeAll(userId, reason, except) {
      let query = unrevoked().set({ revokedAt: clock(), revokedReason: reason }).where('userId', '=', userId)
      if (except !== undefined) query = query.where('sid', '!=', except)
      return Number((await query.executeTakeFirst()).numUpdatedRows)
    },
    async listLive(userId) {
      const now = clock()
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
    async purge(deadFor, limit) {
      const before = sql<number>`${clock()} - ${deadFor}`
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

function earlier(a: RawBuilder<unknown>, b: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`case when ${a} < ${b} then ${a} else ${b} end`
}

function toUser(row: Selectable<Tables['users']> | undefined): User | undefined {
  return row && { ...row, roles: JSON.parse(row.roles) as string[] }
}
