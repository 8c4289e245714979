import type { RawBuilder } from 'kysely'
import type { StoreError } from '../store.ts'

/** What differs between SQL databases. */
export interface SqlDialect {
  /** The store's time, milliseconds since 1970: one moment for a whole statement. */
  readonly now: () => RawBuilder<number>
  /** Ends a query whose rows must stay as they are until its statement is done. */
  readonly locked: RawBuilder<unknown>
  /** Makes one sentence of whatever the driver threw. */
  readonly explain: (error: unknown) => StoreError
}
