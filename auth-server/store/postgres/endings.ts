import { type Kysely, sql } from 'kysely'
import { createListeners } from '../listeners.ts'
import type { Ending, Endings, SqlDialect } from '../sql/dialect.ts'
import type { Tables } from '../sql/schema.ts'
import type { EndedReading, EndedSession } from '../store.ts'
import { CHANNEL, listenTo } from './listen.ts'

/** The start of the database server, then the snapshot of a reading: `xmin:xmax:` and the transactions under way between. */
const CURSOR = /^(\w{1,20})\.(\d{1,19}:\d{1,19}:[\d,]{0,4000})$/

/** Of which one row, without a session, is the whole answer when nothing has ended. */
interface Row {
  readonly epoch: string
  readonly snapshot: string
  readonly sid: string | null
  readonly endedAt: number | null
  readonly reason: string | null
}

/**
 * Endings in PostgreSQL. Transactions become visible in another order than they are numbered in, so a number alone would leave gaps: 12
 * may commit after a reader has seen 13. A cursor is therefore the snapshot of a whole reading, and the next reading has every row whose
 * transaction that snapshot could not see.
 *
 * A standby that takes over counts transactions by itself, as does a restored copy. It is another server with another start,
 * and a cursor of before is unknown to it.
 */
export function postgresEndings(db: Kysely<Tables>, now: SqlDialect['now'], url: string): Endings {
  let hangUp: (() => void) | undefined
  const listeners = createListeners(
    () => {
      hangUp = listenTo(url, () => listeners.tell())
    },
    () => hangUp?.(),
  )

  async function read(snapshot: string | undefined, within: number): Promise<Row[]> {
    const fresh = sql`sessions.revoked_at > ${now()} - ${within}`
    const unseen = sql`sessions.ended_in >= txid_snapshot_xmin(${snapshot}::txid_snapshot)
      and not txid_visible_in_snapshot(sessions.ended_in, ${snapshot}::txid_snapshot)`
    const { rows } = await sql<Row>`
      select to_char(extract(epoch from pg_postmaster_start_time()) * 1000, 'FM999999999999999') as epoch,
        txid_current_snapshot()::text as snapshot,
        sessions.sid, sessions.revoked_at as ended_at, sessions.revoked_reason as reason
      from (select 1) as one
      left join sessions on ${snapshot === undefined ? fresh : sql`${fresh} and ${unseen}`}
      order by sessions.revoked_at`.execute(db)
    return rows
  }

  return {
    mark: () => sql<number>`txid_current()`,
    async end(update: Ending) {
      // One statement: whoever hears of it finds it committed.
      const { count } = await db
        .with('ended', () => update.returning('sid'))
        .selectFrom('ended')
        .select([
          sql<number>`count(*)`.as('count'),
          sql`case when count(*) > 0 then pg_notify(${sql.lit(CHANNEL)}, current_schema())::text end`.as(
            'told',
          ),
        ])
        .executeTakeFirstOrThrow()
      return count
    },
    async since(cursor, within) {
      const [, epoch, snapshot] = CURSOR.exec(cursor ?? '') ?? []
      // A cursor that only looks like one is no snapshot to the database.
      const rows = snapshot === undefined ? undefined : await read(snapshot, within).catch(unlessInvalid)
      return rows !== undefined && rows[0]?.epoch === epoch
        ? toReading(rows, false)
        : toReading(await read(undefined, within), true)
    },
    watch: listeners.add,
    async close() {
      hangUp?.()
    },
  }
}

function toReading(rows: readonly Row[], complete: boolean): EndedReading {
  const { epoch = '', snapshot = '' } = rows[0] ?? {}
  const [xmin] = snapshot.split(':')
  // So many transactions under way that it fits into no address: a snapshot that saw none of them has them come again.
  const cursor = `${epoch}.${snapshot.length > 2_000 ? `${xmin}:${xmin}:` : snapshot}`
  const entries = rows
    .filter(({ sid }) => sid !== null)
    .map(({ sid, endedAt, reason }) => ({ sid, endedAt, reason }) as EndedSession)
  return { cursor, entries, complete }
}

/** SQLSTATE of a text that is no value of its type. */
const INVALID_TEXT = '22P02'

function unlessInvalid(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === INVALID_TEXT) return undefined
  throw error
}
