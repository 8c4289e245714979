import { type Kysely, sql } from 'kysely'
import type { LinkStore } from '../store.ts'
import type { SqlDialect } from './dialect.ts'
import type { Tables } from './schema.ts'

const COLUMNS = ['digest', 'purpose', 'userId', 'email', 'stamp'] as const

/** The mailed links of an SQL store. */
export function sqlLinks(db: Kysely<Tables>, now: SqlDialect['now']): LinkStore {
  return {
    async add(link, life) {
      const endsAt = sql<number>`${now()} + ${life}`
      await db
        .insertInto('links')
        .values({ ...link, endsAt })
        .execute()
    },
    async find(digest, purpose) {
      return await db
        .selectFrom('links')
        .select(COLUMNS)
        .where('digest', '=', digest)
        .where('purpose', '=', purpose)
        .where('endsAt', '>', now())
        .executeTakeFirst()
    },
    async take(digest, purpose) {
      return await db
        .deleteFrom('links')
        .where('digest', '=', digest)
        .where('purpose', '=', purpose)
        .where('endsAt', '>', now())
        .returning(COLUMNS)
        .executeTakeFirst()
    },
    async purge(limit) {
      const over = db.selectFrom('links').select('digest').where('endsAt', '<=', now()).limit(limit)
      const result = await db.deleteFrom('links').where('digest', 'in', over).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
  }
}
