import type { Kysely } from 'kysely'
import type { SqlDialect } from '../sql/dialect.ts'
import type { RenewalValues } from '../sql/renewal.ts'
import type { Tables } from '../sql/schema.ts'
import type { SessionStore } from '../store.ts'
import { gathered } from './gathered.ts'
import type { KeptStatements } from './kept-statements.ts'
import { renewMany } from './renew-many.ts'
import { renewOne } from './renew-one.ts'

/** Statements under way at once. More would each carry fewer renewals. */
const AT_ONCE = 4
const MOST = 100

/**
 * Renewals in PostgreSQL: those that come while others are under way share a statement. A session that another transaction has just then is
 * renewed by a statement of its own, which waits for its turn.
 */
export function postgresRenewal(
  db: Kysely<Tables>,
  clock: SqlDialect['now'],
  kept: KeptStatements,
): SessionStore['renew'] {
  const one = renewOne(db, clock, kept)
  const share = gathered(renewMany(db, clock, kept), {
    keyOf: ({ sid }: RenewalValues) => sid,
    atOnce: AT_ONCE,
    most: MOST,
  })
  return async (sid, presented) => {
    const values = { sid, ...presented }
    const outcome = await share(values)
    return outcome === 'busy' ? one(values) : outcome
  }
}
