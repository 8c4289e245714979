import { type Kysely, sql } from 'kysely'
import type { SqlDialect } from '../sql/dialect.ts'
import { prepared } from '../sql/prepared.ts'
import { COLUMNS, type RenewalRow, type RenewalValues, rotated, toRenewal } from '../sql/renewal.ts'
import type { Tables } from '../sql/schema.ts'
import { isLive, type Session, type SessionStore } from '../store.ts'

/**
 * Renewals in SQLite. The reading costs a call of a function, and waits for nobody; only a session that can move on takes its turn in the
 * shared commit. A replay therefore neither locks nor writes.
 */
export function sqliteRenewal(db: Kysely<Tables>, clock: SqlDialect['now']): SessionStore['renew'] {
  const read = prepared<{ sid: string }, RenewalRow>(db, (value) =>
    db
      .selectFrom('sessions')
      .leftJoin('users', (join) =>
        join.onRef('users.id', '=', 'sessions.userId').on('users.disabledAt', 'is', null),
      )
      .select(COLUMNS.map((column) => `sessions.${column}` as const))
      .select(['users.id as personId', 'users.email as personEmail'])
      .select(['users.name as personName', 'users.roles as personRoles'])
      .select(clock().as('now'))
      .where('sessions.sid', '=', value('sid')),
  )
  const move = prepared<RenewalValues & { roles: string | null }, Session>(db, (value) => {
    const now = clock()
    return (
      db
        .updateTable('sessions')
        .set({
          generation: sql`generation + 1`,
          ...rotated(now, value),
        })
        .where('sid', '=', value('sid'))
        .where('generation', '=', value('generation'))
        .where('revokedAt', 'is', null)
        .where('deviceKey', 'is', null)
        .where('idleExpiresAt', '>', now)
        .where('absoluteExpiresAt', '>', now)
        // Another process may have changed them since the reading.
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('users')
              .select('id')
              .whereRef('users.id', '=', 'sessions.userId')
              .where('users.disabledAt', 'is', null)
              .where('users.roles', '=', value('roles') as ReturnType<typeof sql<string>>),
          ),
        )
        .returning(COLUMNS)
    )
  })

  return async (sid, presented) => {
    const row = await read({ sid })
    if (row === undefined) return undefined
    const mayMove =
      row.personId !== null &&
      row.deviceKey === null &&
      row.generation === presented.generation &&
      isLive(row, row.now)
    if (!mayMove) return toRenewal(row, false)
    const moved = await move({ sid, ...presented, roles: row.personRoles })
    if (moved) return toRenewal({ ...row, ...moved, now: moved.rotatedAt }, true)
    // Somebody was faster, in the same commit or at another process.
    const later = await read({ sid })
    return later && toRenewal(later, false)
  }
}
