import { type Kysely, type RawBuilder, sql } from 'kysely'
import { createListeners } from '../listeners.ts'
import type { Ending, Endings, SqlDialect } from '../sql/dialect.ts'
import type { Tables } from '../sql/schema.ts'
import type { EndedAccess, EndedReading, EndedSession } from '../store.ts'
import { CHANNEL, listenTo } from './listen.ts'

/** The start of the database server, then the snapshot of a reading: `xmin:xmax:` and the transactions under way between. */
const CURSOR = /^(\w{1,20})\.(\d{1,19}:\d{1,19}:[\d,]{0,4000})$/

/** Of which one row, without a session, is the whole answer when nothing has ended. */
interface Row {
  readonly epoch: string
  readonly snapshot: string
  readonly sid: string | null
  /** In the place of a session: a user whose access has ended. */
  readonly userId: string | null
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
    const unseen = (mark: RawBuilder<unknown>) =>
      snapshot === undefined
        ? sql`true`
        : sql`(${mark} >= txid_snapshot_xmin(${snapshot}::txid_snapshot)
            and not txid_visible_in_snapshot(${mark}, ${snapshot}::txid_snapshot))`
    // One statement, and so one snapshot.
    const { rows } = await sql<Row>`
      select to_char(extract(epoch from pg_postmaster_start_time()) * 1000, 'FM999999999999999') as epoch,
        txid_current_snapshot()::text as snapshot,
        ended.sid, ended.user_id, ended.ended_at, ended.reason
      from (select 1) as one
      left join (
        select sid, null as user_id, revoked_at as ended_at, revoked_reason as reason from sessions
        where revoked_at > ${now()} - ${within} and ${unseen(sql`ended_in`)}
        union all
        select null, user_id, ended_at, null from access_ends
        where ended_at > ${now()} - ${within} and ${unseen(sql`ended_in`)}
      ) as ended on true
      order by ended.ended_at`.execute(db)
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
    async endAccess(userId) {
      const values = { endedAt: now(), endedIn: sql<number>`txid_current()` }
      await db
        .with('ended', (query) =>
          query
            .insertInto('accessEnds')
            .values({ userId, ...values })
            .onConflict((conflict) => conflict.column('userId').doUpdateSet(values))
            .returning('userId'),
        )
        .selectFrom('ended')
        .select(sql`pg_notify(${sql.lit(CHANNEL)}, current_schema())::text`.as('told'))
        .execute()
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
    .filter(({ endedAt }) => endedAt !== null)
    .map(({ sid, userId, endedAt, reason }) =>
      userId === null ? ({ sid, endedAt, reason } as EndedSession) : ({ userId, endedAt } as EndedAccess),
    )
  return { cursor, entries, complete }
}

/** SQLSTATE of a text that is no value of its type. */
const INVALID_TEXT = '22P02'

function unlessInvalid(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === INVALID_TEXT) return undefined
  throw error
}
