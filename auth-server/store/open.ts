import { describeStore, type StoreAddress } from './address.ts'
import { openPostgres } from './postgres.ts'
import { openRedis } from './redis.ts'
import { openSqlite } from './sqlite.ts'
import type { Store } from './store.ts'

/** What {@link openStore} answers. */
export interface OpenedStore {
  readonly store: Store
  readonly schemaVersion: number
}

/**
 * Opens the store and brings its schema up to date.
 *
 * @param clock - in place of the store's own, for tests and simulations
 * @throws StoreError with one sentence when it cannot be used
 */
export async function openStore(address: StoreAddress, clock?: () => number): Promise<OpenedStore> {
  const { schemaVersion, ...store } = await open(address, clock && { clock })
  return { store, schemaVersion }
}

function open(
  address: StoreAddress,
  time?: { clock: () => number },
): Promise<Store & { schemaVersion: number }> {
  switch (address.kind) {
    case 'sqlite':
      return openSqlite({ path: address.path, ...time })
    case 'redis':
      return openRedis({ address, name: describeStore(address), ...time })
    case 'postgres': {
      const { kind: _, ...options } = address
      return openPostgres({ ...options, name: describeStore(address), ...time })
    }
  }
}
