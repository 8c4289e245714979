import { type Kysely, sql } from 'kysely'
import type { SqlDialect } from '../sql/dialect.ts'
import { prepared } from '../sql/prepared.ts'
import { COLUMNS, idleEnd, type RenewalRow, type RenewalValues, toRenewal } from '../sql/renewal.ts'
import type { Tables } from '../sql/schema.ts'
import type { Renewal } from '../store.ts'
import type { KeptStatements } from './kept-statements.ts'

/**
 * Renews one session: one statement, and so one round trip, for whatever becomes of the presented token.
 *
 * Most readings need no lock (`seen`). A session that can move on is locked (`held`): of those who present one token at the same time the
 * first moves it, and each of the others waits and then has the session as the first has left it, and not as it was when its own
 * statement began.
 */
export function renewOne(
  db: Kysely<Tables>,
  clock: SqlDialect['now'],
  kept: KeptStatements,
): (values: RenewalValues) => Promise<Renewal | undefined> {
  const columns = sql.join(COLUMNS.map((column) => sql.ref(column)))
  const returned = sql.join(COLUMNS.map((column) => sql.ref(`sessions.${column}`)))

  const present = prepared<RenewalValues, RenewalRow & { moved: boolean }>(db, (value) => {
    const now = clock()
    const ends = idleEnd(sql`${now} + ${value('idleTtl')}`, sql.ref('held.absoluteExpiresAt'))
    const ready = sql`(generation = ${value('generation')} and revoked_at is null and device_key is null
      and idle_expires_at > ${now} and absolute_expires_at > ${now})`
    return {
      compile() {
        const query = sql<RenewalRow & { moved: boolean }>`
          with seen as materialized (
            select ${columns}, ${ready} as ready from sessions where sid = ${value('sid')}
          ), person as materialized (
            select id, email, name, roles from users
            where id = (select user_id from seen) and disabled_at is null
          ), held as materialized (
            select ${columns}, ${ready} as ready from sessions
            where sid = ${value('sid')} and (select ready from seen) and exists (select from person)
            for no key update
          ), moved as (
            update sessions set
              generation = held.generation + 1, rotated_at = ${now}, last_seen_at = ${now},
              idle_expires_at = ${ends.idleExpiresAt}, expires_by = ${ends.expiresBy},
              address = ${value('address')}, user_agent = ${value('userAgent')}
            from held where sessions.sid = held.sid and held.ready
            returning ${returned}
          ), state as (
            select ${columns}, true as moved from moved
            union all
            select ${columns}, false from held where not exists (select from moved)
            union all
            select ${columns}, false from seen where not exists (select from held)
          )
          select state.*, ${now} as now, person.id as person_id, person.email as person_email,
            person.name as person_name, person.roles as person_roles
          from state left join person on true`.compile(db)
        // Planning it takes four times as long as running it.
        kept.add(query.sql)
        return query
      },
    }
  })

  return async (values) => {
    const row = await present(values)
    if (row === undefined) return undefined
    const { moved, ...rest } = row
    return toRenewal(rest, moved)
  }
}
