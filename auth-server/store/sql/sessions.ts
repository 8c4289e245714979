import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Advance, RevocationReason, Session, SessionStore } from '../store.ts'
import type { Ending, Endings, SqlDialect } from './dialect.ts'
import { prepared } from './prepared.ts'
import { COLUMNS, idleEnd, rotated } from './renewal.ts'
import type { Tables } from './schema.ts'

/** The sessions of an SQL store. */
export function sqlSessions(
  db: Kysely<Tables>,
  { now: clock, locked }: SqlDialect,
  endings: Endings,
  renew: SessionStore['renew'],
): SessionStore {
  const unrevoked = () => db.updateTable('sessions').where('revokedAt', 'is', null)
  const ending = (reason: RevocationReason): Ending =>
    unrevoked().set({ revokedAt: clock(), revokedReason: reason, endedIn: endings.mark() })

  const find = prepared<{ sid: string }, Session & { now: number }>(db, (value) =>
    db.selectFrom('sessions').select(COLUMNS).select(clock().as('now')).where('sid', '=', value('sid')),
  )
  const advance = prepared<Advance & { sid: string }, Session>(db, (value) => {
    const now = clock()
    return unrevoked()
      .set({
        generation: value('to'),
        ...rotated(now, value),
      })
      .where('sid', '=', value('sid'))
      .where('generation', '=', value('from'))
      .where('idleExpiresAt', '>', now)
      .where('absoluteExpiresAt', '>', now)
      .returning(COLUMNS)
  })

  return {
    async create({ sid, userId, passwordHash, idleTtl, maxAge, address, userAgent, amr }) {
      const now = clock()
      // On a whole second, so that an access token can end exactly with the session.
      const absoluteExpiresAt = sql<number>`${now} - ${now} % 1000 + ${maxAge}`
      const values: Record<string, RawBuilder<unknown>> = {
        sid: sql`${sid}`,
        userId: sql`${userId}`,
        generation: sql`0`,
        createdAt: now,
        rotatedAt: now,
        lastSeenAt: now,
        ...idleEnd(sql`${now} + ${idleTtl}`, absoluteExpiresAt),
        absoluteExpiresAt,
        address: sql`${address}`,
        userAgent: sql`${userAgent}`,
        amr: sql`${amr}`,
      }
      const columns = Object.keys(values) as (keyof Tables['sessions'])[]
      if (passwordHash === null) {
        const row = Object.entries(values).map(([name, value]) => value.as(name))
        const query = db.insertInto('sessions').columns(columns).expression(db.selectNoFrom(row))
        return await query.returning(COLUMNS).executeTakeFirst()
      }
      // One statement. The user stays locked until the session is there for everyone to see: who disables them, or
      // changes their password, comes before it or finds the session.
      const user = db
        .selectFrom('users')
        .select(Object.entries(values).map(([name, value]) => value.as(name)))
        .where('id', '=', userId)
        .where('passwordHash', '=', passwordHash)
        .where('disabledAt', 'is', null)
        .modifyEnd(locked)
      return await db
        .insertInto('sessions')
        .columns(columns)
        .expression(user)
        .returning(COLUMNS)
        .executeTakeFirst()
    },
    async find(sid) {
      const row = await find({ sid })
      if (row === undefined) return undefined
      const { now, ...session } = row
      return { session, now }
    },
    advance: (sid, step) => advance({ sid, ...step }),
    async bind(sid, { generation, from, to }) {
      const now = clock()
      return await unrevoked()
        .set({ deviceKey: to, deviceBoundAt: now })
        .where('sid', '=', sid)
        .where('generation', '=', generation)
        .where('deviceKey', from === null ? 'is' : '=', from)
        .where('idleExpiresAt', '>', now)
        .where('absoluteExpiresAt', '>', now)
        .returning(COLUMNS)
        .executeTakeFirst()
    },
    renew,
    async revoke(sid, reason) {
      return (await endings.end(ending(reason).where('sid', '=', sid))) === 1
    },
    async revokeAll(userId, reason, except) {
      const all = ending(reason).where('userId', '=', userId)
      return await endings.end(except === undefined ? all : all.where('sid', '!=', except))
    },
    endAccess: endings.endAccess,
    async forgetOrigins(userId) {
      await db
        .updateTable('sessions')
        .set({ address: '', userAgent: '' })
        .where('userId', '=', userId)
        .execute()
    },
    async listLive(userId) {
      const now = clock()
      return await db
        .selectFrom('sessions')
        .select(COLUMNS)
        .where('userId', '=', userId)
        .where('revokedAt', 'is', null)
        .where('idleExpiresAt', '>', now)
        .where('absoluteExpiresAt', '>', now)
        .orderBy('lastSeenAt', 'desc')
        .orderBy('sid')
        .execute()
    },
    async listAll(userId) {
      const all = db.selectFrom('sessions').select(COLUMNS).where('userId', '=', userId)
      return await all.orderBy('createdAt', 'desc').orderBy('sid').execute()
    },
    async purge(deadFor, limit) {
      const before = sql<number>`${clock()} - ${deadFor}`
      // One row for each user, so there are few.
      await db.deleteFrom('accessEnds').where('endedAt', '<', before).execute()
      // The idle end is never after the absolute one, so it alone tells when a session expired.
      const dead = db
        .selectFrom('sessions')
        .select('sid')
        .where((eb) => {
          // A server of the version before moves the idle end alone.
          const expired = eb.and([eb('expiresBy', '<', before), eb('idleExpiresAt', '<', before)])
          return eb.or([expired, eb('revokedAt', '<', before)])
        })
        .limit(limit)
      const result = await db.deleteFrom('sessions').where('sid', 'in', dead).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
  }
}
