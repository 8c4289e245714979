import { type Kysely, sql } from 'kysely'
import { createListeners } from '../listeners.ts'
import type { Ending, Endings, SqlDialect } from '../sql/dialect.ts'
import type { Tables } from '../sql/schema.ts'
import type { EndedSession } from '../store.ts'

/** Other processes leave no word on a file: it is looked at, so often in milliseconds, while somebody watches. */
const LOOK_EVERY_MS = 200
const CURSOR = /^\d{1,16}$/

const newestNumber = sql<number>`max(
  coalesce((select max(ended_in) from sessions where ended_in is not null), 0),
  coalesce((select max(ended_in) from access_ends), 0))`

/**
 * Endings in SQLite. Each write is numbered, one more than the last: writes come one after the other, so nothing with a lower
 * number can come to light later. Numbers are not below the time, so that they go on growing when rows have been deleted.
 */
export function sqliteEndings(db: Kysely<Tables>, now: SqlDialect['now']): Endings {
  let timer: NodeJS.Timeout | undefined
  let seen: number | undefined

  const mark = () => sql<number>`max(${newestNumber} + 1, ${now()})`

  const newest = async () => {
    const query = db.selectNoFrom(newestNumber.as('number'))
    return Number((await query.executeTakeFirst())?.number ?? 0)
  }

  async function look(): Promise<void> {
    const number = await newest()
    const isNew = seen !== undefined && number !== seen
    seen = number
    if (isNew) listeners.tell()
  }

  const listeners = createListeners(
    () => {
      // A write that fails now is tried again a moment later.
      timer = setInterval(() => void look().catch(() => {}), LOOK_EVERY_MS).unref()
      void look().catch(() => {})
    },
    () => {
      clearInterval(timer)
      seen = undefined
    },
  )

  return {
    mark,
    async end(update: Ending) {
      const count = Number((await update.executeTakeFirst()).numUpdatedRows)
      if (count > 0) listeners.tell()
      return count
    },
    async endAccess(userId) {
      const values = { endedAt: now(), endedIn: mark() }
      await db
        .insertInto('accessEnds')
        .values({ userId, ...values })
        .onConflict((conflict) => conflict.column('userId').doUpdateSet(values))
        .execute()
      listeners.tell()
    },
    async since(cursor, within) {
      const last = await newest()
      const after = cursor !== undefined && CURSOR.test(cursor) ? Number(cursor) : Number.POSITIVE_INFINITY
      const complete = after > last
      const rows = await db
        .selectFrom('sessions')
        .select(['sid', 'revokedAt as endedAt', 'revokedReason as reason', 'endedIn'])
        .where('revokedAt', '>', sql<number>`${now()} - ${within}`)
        .$if(!complete, (query) => query.where('endedIn', '>', after))
        .orderBy('endedIn')
        .execute()
      const access = await db
        .selectFrom('accessEnds')
        .selectAll()
        .where('endedAt', '>', sql<number>`${now()} - ${within}`)
        .$if(!complete, (query) => query.where('endedIn', '>', after))
        .orderBy('endedIn')
        .execute()
      const entries = [
        ...rows.map(({ endedIn: _, ...entry }) => entry as EndedSession),
        ...access.map(({ endedIn: _, ...entry }) => entry),
      ]
      // Not beyond `last`: of two readings the second may have what the first has not yet seen.
      return { cursor: String(last), entries, complete }
    },
    watch: listeners.add,
    async close() {
      clearInterval(timer)
    },
  }
}
