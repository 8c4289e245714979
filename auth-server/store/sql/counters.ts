import { type Kysely, sql } from 'kysely'
import type { CounterStore } from '../store.ts'
import type { SqlDialect } from './dialect.ts'
import type { Tables } from './schema.ts'

/** The counters of an SQL store. */
export function sqlCounters(db: Kysely<Tables>, clock: SqlDialect['now']): CounterStore {
  return {
    async add(key, points, life) {
      const now = clock()
      const gone = sql<boolean>`counters.ends_at <= ${now}`
      return await db
        .insertInto('counters')
        .values({ key, points, endsAt: sql<number>`${now} + ${life}` })
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({
            points: sql<number>`case when ${gone} then excluded.points else counters.points + excluded.points end`,
            endsAt: sql<number>`case when ${gone} then excluded.ends_at else counters.ends_at end`,
          }),
        )
        .returning(['points', sql<number>`ends_at - ${now}`.as('timeLeft')])
        .executeTakeFirstOrThrow()
    },
    async find(key) {
      const now = clock()
      return await db
        .selectFrom('counters')
        .select(['points', sql<number>`ends_at - ${now}`.as('timeLeft')])
        .where('key', '=', key)
        .where('endsAt', '>', now)
        .executeTakeFirst()
    },
    async remove(key) {
      const result = await db.deleteFrom('counters').where('key', '=', key).executeTakeFirst()
      return result.numDeletedRows === 1n
    },
    async purge(limit) {
      const gone = db.selectFrom('counters').select('key').where('endsAt', '<=', clock()).limit(limit)
      const result = await db.deleteFrom('counters').where('key', 'in', gone).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
  }
}
