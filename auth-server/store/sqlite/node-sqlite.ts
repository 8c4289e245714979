import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import { atOneMoment } from '../sql/prepared.ts'

/** Node's own SQLite in the shape that Kysely's `SqliteDialect` asks for. */
export function forKysely(db: DatabaseSync): SqliteDatabase {
  // The queries of this server are a fixed handful, so the cache is bounded by the code.
  const prepared = new Map<string, SqliteStatement>()
  return {
    close: () => db.close(),
    prepare(sql) {
      const known = prepared.get(sql)
      if (known) return known
      const statement = adapt(db.prepare(sql))
      prepared.set(sql, statement)
      return statement
    },
  }
}

function adapt(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]) => atOneMoment(parameters) as SQLInputValue[]
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)) as IterableIterator<unknown>,
  }
}
