import type { Kysely } from 'kysely'
import { guard } from '../guard.ts'
import type { Store } from '../store.ts'
import { sqlCounters } from './counters.ts'
import type { SqlDialect } from './dialect.ts'
import { sqlFactors } from './factors.ts'
import { sqlLinks } from './links.ts'
import type { Tables } from './schema.ts'
import { sqlSessions } from './sessions.ts'
import { sqlUsers } from './users.ts'

/** A store over an open and migrated SQL database: the queries are the same for every dialect. */
export function sqlStore(db: Kysely<Tables>, dialect: SqlDialect): Store {
  const { now, explain } = dialect
  const endings = dialect.endings(db)
  const sessions = sqlSessions(db, dialect, endings, dialect.renewal(db))
  const factors = sqlFactors(db, now)
  return guard<Store>(
    {
      users: guard(sqlUsers(db, now, { ...sessions, ...factors }), explain),
      sessions: guard(sessions, explain),
      ended: { ...guard({ since: endings.since }, explain), watch: endings.watch },
      counters: guard(sqlCounters(db, now), explain),
      links: guard(sqlLinks(db, now), explain),
      factors: guard(factors, explain),
      async ping() {
        // A real write: reading alone would call a full disk or a standby ready.
        const at = now()
        await db
          .insertInto('heartbeat')
          .values({ id: 1, at })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ at }))
          .execute()
      },
      async close() {
        await endings.close()
        await db.destroy()
      },
    },
    explain,
  )
}
