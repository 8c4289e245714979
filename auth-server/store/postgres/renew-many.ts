import { type Kysely, sql } from 'kysely'
import type { SqlDialect } from '../sql/dialect.ts'
import { preparedRows } from '../sql/prepared.ts'
import { COLUMNS, idleEnd, type RenewalRow, type RenewalValues, toRenewal } from '../sql/renewal.ts'
import type { Tables } from '../sql/schema.ts'
import type { Renewal } from '../store.ts'
import type { KeptStatements } from './kept-statements.ts'

/** `busy`: another transaction has the session just now, and this one did not wait for it. Undefined: there is no such session. */
type Outcome = Renewal | 'busy' | undefined

type Row = RenewalRow & { readonly moved: boolean; readonly busy: boolean }
type Lists = { readonly [Name in keyof RenewalValues]: readonly RenewalValues[Name][] }

/**
 * Renews many sessions with one statement, each for itself: what is true of one changes nothing for another. It waits for nobody, so no session
 * holds up those that came with it, and two such statements cannot wait for each other.
 *
 * @returns renews sessions that are all different; answers in their order
 */
export function renewMany(
  db: Kysely<Tables>,
  clock: SqlDialect['now'],
  kept: KeptStatements,
): (items: readonly RenewalValues[]) => Promise<Outcome[]> {
  const all = (table: string) => sql.join(COLUMNS.map((column) => sql.ref(`${table}.${column}`)))
  const person = sql`seen.person_id, seen.person_email, seen.person_name, seen.person_roles`

  const present = preparedRows<Lists, Row>(db, (value) => {
    const now = clock()
    const ends = idleEnd(sql`${now} + held.idle_ttl`, sql.ref('held.absoluteExpiresAt'))
    const live = sql`(sessions.revoked_at is null and sessions.device_key is null
      and sessions.idle_expires_at > ${now} and sessions.absolute_expires_at > ${now})`
    return {
      compile() {
        const query = sql<Row>`
          with seen as materialized (
            select ${all('sessions')}, users.id as person_id, users.email as person_email,
              users.name as person_name, users.roles as person_roles,
              presented.idle_ttl, presented.address as next_address, presented.user_agent as next_user_agent,
              users.id is not null and sessions.generation = presented.generation and ${live} as ready
            from unnest(${value('sid')}::text[], ${value('generation')}::bigint[], ${value('idleTtl')}::bigint[],
              ${value('address')}::text[], ${value('userAgent')}::text[])
              as presented (sid, generation, idle_ttl, address, user_agent)
            join sessions on sessions.sid = presented.sid
            left join users on users.id = sessions.user_id and users.disabled_at is null
          ), held as materialized (
            select seen.* from seen join sessions on sessions.sid = seen.sid
            where seen.ready and sessions.generation = seen.generation and ${live}
            for no key update of sessions skip locked
          ), moved as (
            update sessions set
              generation = held.generation + 1, rotated_at = ${now}, last_seen_at = ${now},
              idle_expires_at = ${ends.idleExpiresAt}, expires_by = ${ends.expiresBy},
              address = held.next_address, user_agent = held.next_user_agent
            from held where sessions.sid = held.sid
            returning ${all('sessions')}
          )
          select ${all('moved')}, true as moved, false as busy, ${now} as now, ${person}
          from moved join seen on seen.sid = moved.sid
          union all
          select ${all('seen')}, false, seen.ready, ${now}, ${person}
          from seen where not exists (select from moved where moved.sid = seen.sid)`.compile(db)
        kept.add(query.sql)
        return query
      },
    }
  })

  return async (items) => {
    const list = <Name extends keyof RenewalValues>(name: Name) => items.map((item) => item[name])
    const rows = await present({
      sid: list('sid'),
      generation: list('generation'),
      idleTtl: list('idleTtl'),
      address: list('address'),
      userAgent: list('userAgent'),
    })
    const bySid = new Map(rows.map((row) => [row.sid, row]))
    return items.map(({ sid }) => toOutcome(bySid.get(sid)))
  }
}

function toOutcome(row: Row | undefined): Outcome {
  if (row === undefined) return undefined
  const { moved, busy, ...rest } = row
  return busy ? 'busy' : toRenewal(rest, moved)
}
