import { createHash } from 'node:crypto'
import pg from 'pg'

/** Statements that each connection reads and plans once, and runs many times after. */
export interface KeptStatements {
  /** Has connections keep this one. */
  add(text: string): void
  /** The name it is kept under; undefined for one that is not. */
  nameOf(text: string): string | undefined
  /** Ends it for all of them, if the database does not know a statement that it was told, or knows it from elsewhere. */
  endedBy(error: unknown): boolean
}

/** `invalid_sql_statement_name` and `duplicate_prepared_statement`: nothing has run. */
const UNKNOWN_OR_TAKEN = new Set(['26000', '42P05'])

/**
 * Keeps statements until a database does not: a pooler that hands each transaction another connection (PgBouncer before 1.21) cannot.
 * A name stands for one text, whichever server has told it, so a connection that others have used never runs another statement.
 */
export function keptStatements(): KeptStatements {
  const names = new Map<string, string>()
  return {
    add(text) {
      names.set(text, `evergate_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`)
    },
    nameOf: (text) => names.get(text),
    endedBy(error) {
      const over = error instanceof pg.DatabaseError && UNKNOWN_OR_TAKEN.has(error.code ?? '')
      if (over) names.clear()
      return over
    },
  }
}
