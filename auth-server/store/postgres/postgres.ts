import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely'
import type { SqlDialect } from '../sql/dialect.ts'
import { asParameter } from '../sql/prepared.ts'
import { migrate, type Tables } from '../sql/schema.ts'
import { sqlStore } from '../sql/sql.ts'
import { whileStarting } from '../start.ts'
import type { Store } from '../store.ts'
import { postgresEndings } from './endings.ts'
import { mayPassSoon, postgresFailure } from './errors.ts'
import { keptStatements } from './kept-statements.ts'
import { createPool, type PoolOptions } from './pool.ts'
import { postgresRenewal } from './renewal.ts'

/** How {@link openPostgres} opens a store. */
export interface PostgresOptions {
  /** Everything `pg` understands, `sslmode` too. */
  readonly url: string
  /** How messages call the store: without a password. */
  readonly name: string
  /** Milliseconds since 1970; for tests and simulations. Default: the clock of the database. */
  readonly clock?: () => number
  /** Most connections of this process. Default 10. */
  readonly poolSize?: number
  /** Milliseconds after which an idle connection is closed. Default 60000. */
  readonly idleTimeout?: number
  /** Milliseconds one statement may take. Default 2000: all of them go by an index. */
  readonly statementTimeout?: number
  /** Milliseconds a start waits for a database that is just starting. */
  readonly startPatience?: number
}

const MIGRATION_TIMEOUT_MS = 60_000
/** Any number, so long as every server takes the same: "evergate" in ASCII, shortened to 31 bits. */
const MIGRATION_LOCK = 0x65766572

// Of the statement, not of the transaction: what waited for a lock must not be dated back to before it. One value for the
// whole statement, and stable, so that an index can be searched for it.
const databaseTime = sql<number>`floor(date_part('epoch', statement_timestamp()) * 1000)::bigint`

/**
 * Opens and migrates a PostgreSQL store. Several servers may start at the same moment. A connection that breaks is
 * replaced by the next call that needs one.
 *
 * @throws StoreError with one sentence when the database cannot be used
 */
export async function openPostgres(options: PostgresOptions): Promise<Store & { schemaVersion: number }> {
  const {
    url,
    name,
    clock,
    poolSize = 10,
    idleTimeout = 60_000,
    statementTimeout = 2_000,
    startPatience,
  } = options
  const now = () => (clock ? sql<number>`${asParameter(clock)}::bigint` : databaseTime)
  try {
    const schemaVersion = await whileStarting(() => migrateAlone(url, now), mayPassSoon, startPatience)
    const kept = keptStatements()
    const db = connect({ url, size: poolSize, idleTimeout, statementTimeout, kept })
    return {
      schemaVersion,
      ...sqlStore(db, {
        now,
        locked: sql`for update`,
        endings: (db) => postgresEndings(db, now, url),
        renewal: (db) => postgresRenewal(db, now, kept),
        explain: (error) => postgresFailure(name, error),
      }),
    }
  } catch (error) {
    throw postgresFailure(name, error)
  }
}

function connect(options: PoolOptions): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: createPool(options) }),
    plugins: [new CamelCasePlugin()],
  })
}

/** The lock makes servers that start together come one after the other; all but the first find nothing left to do. */
async function migrateAlone(url: string, now: SqlDialect['now']): Promise<number> {
  // A connection of its own: building an index, or waiting for another server to build it, may take its time.
  const db = connect({
    url,
    size: 1,
    idleTimeout: 0,
    statementTimeout: MIGRATION_TIMEOUT_MS,
    kept: keptStatements(),
  })
  try {
    return await db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(transaction)
      return await migrate(transaction, now)
    })
  } finally {
    await db.destroy()
  }
}
