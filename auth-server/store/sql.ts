import type { Kysely } from 'kysely'
import { guard } from './guard.ts'
import type { Tables } from './schema.ts'
import { sqlCounters } from './sql-counters.ts'
import type { SqlDialect } from './sql-dialect.ts'
import { sqlSessions } from './sql-sessions.ts'
import { sqlUsers } from './sql-users.ts'
import type { Store } from './store.ts'

/** A store over an open and migrated SQL database: the queries are the same for every dialect. */
export function sqlStore(db: Kysely<Tables>, dialect: SqlDialect): Store {
  const { now, explain } = dialect
  const sessions = sqlSessions(db, dialect)
  return guard<Store>(
    {
      users: guard(sqlUsers(db, now, sessions), explain),
      sessions: guard(sessions, explain),
      counters: guard(sqlCounters(db, now), explain),
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
