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
import { createCommitter } from './committer.ts'
import type { Log } from './log.ts'
import { forKysely } from './node-sqlite.ts'

/**
 * SQLite for requests. Writes are committed together, and answered once the disk has them: its sync takes far longer than
 * all else.
 *
 * Reads are answered at once, also while the disk syncs, so that they may see what a loss of power then undoes. A replay is
 * the one read that hands out a token: that is then ahead of the store, and heals its session.
 *
 * It knows no transactions that span calls: every write of the store is one statement.
 */
export function committingTogether(database: DatabaseSync, log: Log): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driverFor(database, log),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function driverFor(database: DatabaseSync, log: Log): Driver {
  const statements = forKysely(database)
  const commit = createCommitter(database, log)
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
      // A write that was asked for just now has one turn to come as far as this. An empty one is answered after all of them,
      // and mends the log before SQLite's last checkpoint reads it.
      await nextTurn()
      await commit(() => {}).catch(() => {})
      await log.close()
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
