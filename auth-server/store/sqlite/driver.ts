import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { forKysely } from './node-sqlite.ts'

/**
 * SQLite for requests. Reads are answered at once. Writes of one turn of the event loop are committed together: they
 * share the sync of the disk that makes a commit last, which takes far longer than all else. Each is answered after it.
 *
 * It knows no transactions that span calls: every write of the store is one statement.
 */
export function committingTogether(database: DatabaseSync): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driverFor(database),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function driverFor(database: DatabaseSync): Driver {
  const statements = forKysely(database)
  const commit = createCommitter(database)
  const connection: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery) {
      const run = () => runOn(statements, query) as QueryResult<R>
      return query.query.kind === 'SelectQueryNode' ? run() : await commit(run)
    },
    streamQuery: () => notOffered(),
  }
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: async () => notOffered(),
    commitTransaction: async () => notOffered(),
    rollbackTransaction: async () => notOffered(),
    destroy: async () => {
      // A write that was asked for just now has one turn to come as far as this, and one to be committed.
      await nextTurn()
      await nextTurn()
      database.close()
    },
  }
}

function runOn(statements: SqliteDatabase, { sql, parameters }: CompiledQuery): QueryResult<unknown> {
  const statement = statements.prepare(sql)
  if (statement.reader) return { rows: statement.all(parameters) }
  return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) }
}

function notOffered(): never {
  throw new Error('requests write with one statement each')
}

interface Write {
  /** Runs it inside the transaction; answers what to do once that has been committed. */
  readonly attempt: () => () => void
  readonly reject: (error: unknown) => void
}

/** Runs writes, those that come before the event loop turns in one transaction. */
function createCommitter(database: DatabaseSync): <T>(run: () => T) => Promise<T> {
  const begin = database.prepare('begin immediate')
  const end = database.prepare('commit')
  let waiting: Write[] = []

  function commitAll() {
    const writes = waiting
    waiting = []
    const tell: (() => void)[] = []
    try {
      begin.run()
      for (const { attempt } of writes) tell.push(attempt())
      end.run()
    } catch (error) {
      for (const { reject } of writes) reject(error)
      rollBack(database)
      return
    }
    for (const each of tell) each()
  }

  return (run) =>
    new Promise((resolve, reject) => {
      const attempt = () => {
        try {
          const result = run()
          return () => resolve(result)
        } catch (error) {
          // A full disk rolls everything back; what is wrong with one write alone leaves the others as they are.
          if (!database.isTransaction) throw error
          return () => reject(error)
        }
      }
      if (waiting.push({ attempt, reject }) === 1) setImmediate(commitAll)
    })
}

/** A rollback that fails now is tried again when the next writes find that they cannot begin. */
function rollBack(database: DatabaseSync): void {
  try {
    if (database.isTransaction) database.exec('rollback')
  } catch {}
}
