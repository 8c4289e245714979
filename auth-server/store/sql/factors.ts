import { type Kysely, sql } from 'kysely'
import type { FactorStore } from '../factors.ts'
import type { SqlDialect } from './dialect.ts'
import type { Tables } from './schema.ts'

/** The factors of an SQL store. */
export function sqlFactors(db: Kysely<Tables>, now: SqlDialect['now']): FactorStore {
  const counting = () => sql<boolean>`(ends_at is null or ends_at > ${now()})`
  const of = (userId: string, id: string) =>
    db.deleteFrom('factors').where('userId', '=', userId).where('id', '=', id)
  return {
    async add({ life, ...factor }) {
      const moment = now()
      const endsAt = life === null ? null : sql<number>`${moment} + ${life}`
      // One that is over and was not purged yet is in nobody's way.
      await of(factor.userId, factor.id).where('endsAt', '<=', now()).execute()
      const result = await db
        .insertInto('factors')
        .values({ ...factor, createdAt: moment, usedAt: null, endsAt })
        .onConflict((conflict) => conflict.columns(['userId', 'id']).doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n
    },
    async list(userId) {
      const all = db.selectFrom('factors').selectAll().where('userId', '=', userId).where(counting())
      return await all.orderBy('createdAt').orderBy('id').execute()
    },
    async use(userId, id, { from, to, data }) {
      const result = await db
        .updateTable('factors')
        .set({ counter: to, data, usedAt: now() })
        .where('userId', '=', userId)
        .where('id', '=', id)
        .where('counter', '=', from)
        .where(counting())
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async take(userId, id) {
      return (await of(userId, id).where(counting()).executeTakeFirst()).numDeletedRows === 1n
    },
    async removeAll(userId, kind) {
      const all = db.deleteFrom('factors').where('userId', '=', userId)
      const result = await (kind ? all.where('kind', '=', kind) : all).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
    async purge(limit) {
      const over = db.selectFrom('factors').select(['userId', 'id']).where('endsAt', '<=', now()).limit(limit)
      const result = await db
        .deleteFrom('factors')
        .where(({ eb, refTuple }) => eb(refTuple('userId', 'id'), 'in', over.$asTuple('userId', 'id')))
        .executeTakeFirst()
      return Number(result.numDeletedRows)
    },
  }
}
