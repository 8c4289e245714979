import { openSqlite } from './sqlite.ts'
import type { Store } from './store.ts'

/** Where a store is, read from `STORE_URL`. Other kinds of store join this union. */
export type StoreAddress = { readonly kind: 'sqlite'; readonly path: string }

/** What {@link openStore} answers. */
export interface OpenedStore {
  readonly store: Store
  readonly schemaVersion: number
}

/**
 * Opens the store and brings its schema up to date.
 *
 * @throws StoreError with one sentence when it cannot be used
 */
export async function openStore(address: StoreAddress, clock: () => number): Promise<OpenedStore> {
  switch (address.kind) {
    case 'sqlite': {
      const { schemaVersion, ...store } = await openSqlite({ path: address.path, clock })
      return { store, schemaVersion }
    }
  }
}

/** The address as a person may read it: never with a password. */
export function describeStore(address: StoreAddress): string {
  return `sqlite:${address.path}`
}
