import type { Kysely, RawBuilder, UpdateQueryBuilder, UpdateResult } from 'kysely'
import type { EndedStore, SessionStore, StoreError } from '../store.ts'
import type { Tables } from './schema.ts'

/** The differences between SQL databases. */
export interface SqlDialect {
  /** The store's time, milliseconds since 1970: one moment for a whole statement. */
  readonly now: () => RawBuilder<number>
  /** Ends a query whose rows must stay as they are until its statement is done. */
  readonly locked: RawBuilder<unknown>
  readonly endings: (db: Kysely<Tables>) => Endings
  /** A renewal in one round trip: how that is done differs most. */
  readonly renewal: (db: Kysely<Tables>) => SessionStore['renew']
  /** Makes one sentence of whatever the driver threw. */
  readonly explain: (error: unknown) => StoreError
}

/** An update of sessions that is not run yet. */
export type Ending = UpdateQueryBuilder<Tables, 'sessions', 'sessions', UpdateResult>

/** How a database knows which endings a reader has seen, and tells that there are more. */
export interface Endings extends EndedStore {
  /** Names the write that ends a session, in its `endedIn`. */
  readonly mark: () => RawBuilder<number>
  /** Runs an update that ends sessions, and tells those who watch; answers how many have ended. */
  end(update: Ending): Promise<number>
  /** Writes that a user's access tokens from before now count no more, and tells those who watch. */
  endAccess(userId: string): Promise<void>
  close(): Promise<void>
}
