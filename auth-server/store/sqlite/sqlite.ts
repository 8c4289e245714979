import { chmodSync, closeSync, mkdirSync, openSync, readSync, statSync, writeFileSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { CamelCasePlugin, Kysely, SqliteDialect, sql } from 'kysely'
import type { SqlDialect } from '../sql/dialect.ts'
import { asParameter } from '../sql/prepared.ts'
import { migrate, type Tables } from '../sql/schema.ts'
import { sqlStore } from '../sql/sql.ts'
import type { Store } from '../store.ts'
import { committingTogether } from './driver.ts'
import { sqliteEndings } from './endings.ts'
import { isBusy, notADatabase, sqliteFailure } from './errors.ts'
import { inMemory, openLog } from './log.ts'
import { forKysely } from './node-sqlite.ts'
import { sqliteRenewal } from './renewal.ts'

/** How {@link openSqlite} opens a store. */
export interface SqliteOptions {
  /** File path, relative to the working directory, or `:memory:`. */
  readonly path: string
  /** Milliseconds since 1970; for tests and simulations. Default: the clock of this machine, which is where the file is. */
  readonly clock?: () => number
  /**
   * Milliseconds a write waits for another process's write. SQLite waits on this thread, so it stays well under
   * the patience of a caller. Default 1000.
   */
  readonly busyTimeout?: number
  /** Syncs the log to the disk; for tests. Default: `fdatasync`, beside this thread. */
  readonly sync?: (log: FileHandle) => Promise<void>
}

const START_PATIENCE_MS = 15_000

// https://www.sqlite.org/fileformat.html#the_database_header
const HEADER = Buffer.from('SQLite format 3\0')

/**
 * Opens (making it if need be) and migrates an SQLite store. Several processes may open one file, also at the same
 * moment. The file is readable by its owner only, and so is its directory when it is made here.
 *
 * @throws StoreError with one sentence when the file cannot be used
 */
export async function openSqlite(options: SqliteOptions): Promise<Store & { schemaVersion: number }> {
  const { path, clock = Date.now, busyTimeout = 1000, sync } = options
  const now = () => sql<number>`${asParameter(clock)}`
  let database: DatabaseSync | undefined
  try {
    if (path !== ':memory:') makeFile(path)
    database = new DatabaseSync(path, { timeout: busyTimeout })
    const opened = database
    await whileBusy(() => configure(opened))
    if (path !== ':memory:') keepPrivate(path)
    const plugins = [new CamelCasePlugin()]
    const migrating = new Kysely<Tables>({
      dialect: new SqliteDialect({ database: forKysely(opened) }),
      plugins,
    })
    const schemaVersion = await whileBusy(() => migrateAlone(migrating, now))
    const file = opened.location()
    // SQLite follows links, so the log lies beside the file that it names.
    const log = file === null ? inMemory : await openLog(`${file}-wal`, sync)
    // Commits leave the sync to us. SQLite still syncs around checkpoints, which is what keeps the file whole.
    opened.exec('pragma synchronous = normal')
    const db = new Kysely<Tables>({ dialect: committingTogether(opened, log), plugins })
    const store = sqlStore(db, {
      now,
      locked: sql``,
      endings: (db) => sqliteEndings(db, now),
      renewal: (db) => sqliteRenewal(db, now),
      explain: (error) => sqliteFailure(path, error),
    })
    return {
      schemaVersion,
      ...store,
      async close() {
        await store.close()
        // Kysely does not end what it has never begun.
        if (!opened.isOpen) return
        await log.close()
        opened.close()
      },
    }
  } catch (error) {
    database?.close()
    throw sqliteFailure(path, error)
  }
}

function configure(database: DatabaseSync): void {
  database.exec('pragma journal_mode = wal')
  // A schema that was brought up to date survives a loss of power, as every answered write does.
  database.exec('pragma synchronous = full')
}

/** BEGIN IMMEDIATE is the lock: whoever comes second waits, then finds nothing left to do. */
async function migrateAlone(db: Kysely<Tables>, now: SqlDialect['now']): Promise<number> {
  return await db.connection().execute(async (connection) => {
    await sql`begin immediate`.execute(connection)
    try {
      const version = await migrate(connection, now)
      await sql`commit`.execute(connection)
      return version
    } catch (error) {
      // After a full disk SQLite has rolled back by itself; a second rollback would hide the first error.
      await sql`rollback`.execute(connection).catch(() => {})
      throw error
    }
  })
}

/** Changing the journal mode does not honour the busy timeout, so servers starting together retry by hand. */
async function whileBusy<T>(attempt: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + START_PATIENCE_MS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
      await delay(25)
    }
  }
}

function makeFile(path: string): void {
  const made = mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // Hashes of passwords belong in no repository.
  if (made !== undefined) writeFileSync(join(made, '.gitignore'), '*\n')
  // SQLite would use the umask; -wal and -shm take their mode from this file.
  const file = openSync(path, 'a+', 0o600)
  try {
    // SQLite looks too, but takes a file of one byte for an empty one and overwrites it.
    const start = Buffer.alloc(HEADER.length)
    const length = readSync(file, start, 0, start.length, 0)
    if (length > 0 && !start.equals(HEADER)) throw notADatabase(path)
  } finally {
    closeSync(file)
  }
}

function keepPrivate(path: string): void {
  if ((statSync(path).mode & 0o077) === 0) return
  try {
    chmodSync(path, 0o600)
  } catch {
    // Someone else's file, shared with us on purpose: its mode is theirs to choose.
  }
}
