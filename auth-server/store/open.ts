import { OptionsError } from '../config/options-error.ts'
import { describeStore, parseStoreUrl, type StoreAddress } from './address.ts'
import { openPostgres } from './postgres/postgres.ts'
import { openRedis } from './redis/redis.ts'
import { openSqlite } from './sqlite/sqlite.ts'
import type { Store } from './store.ts'

/** The answer of {@link openStore}. */
export interface OpenedStore {
  readonly store: Store
  readonly schemaVersion: number
}

/** The opener: a server that lives for days, or a function of which a platform starts many and freezes most. */
type Life = 'server' | 'function'

/**
 * Opens the store and brings its schema up to date.
 *
 * @param clock - in place of the store's own, for tests and simulations
 * @throws StoreError with one sentence when it cannot be used
 */
export async function openStore(
  address: StoreAddress,
  clock?: () => number,
  life: Life = 'server',
): Promise<OpenedStore> {
  const { schemaVersion, ...store } = await open(address, life, clock && { clock })
  return { store, schemaVersion }
}

/** A visitor waits while a function starts, and a gateway gives up after five seconds in all. */
const starts = { server: {}, function: { startPatience: 1_000 } } as const

/** Many functions share the database's connections, and should not sit on what they do not use. `pool_size` wins. */
const pools = { server: {}, function: { poolSize: 3, idleTimeout: 5_000 } } as const

/**
 * Opens the store at a URL, making it and bringing its schema up to date where that is due: `sqlite:PATH`, `postgres://…`, `redis://…`,
 * `rediss://…`, `redis+cluster://…`. Several servers may open one. The opener closes it.
 *
 * @throws OptionsError `invalid_options` when it is no such URL
 * @throws StoreError `store_unavailable`, with one sentence, when it cannot be used
 * @example
 * const store = await openStore('postgres://auth@db.internal:5432/auth')
 * const auth = createAuthRouter({ store, keys })
 */
export async function openStoreAt(url: string): Promise<Store> {
  const address = parseStoreUrl(url)
  if ('problem' in address) throw new OptionsError([`url: ${address.problem}`])
  return (await openStore(address)).store
}

function open(
  address: StoreAddress,
  life: Life,
  time?: { clock: () => number },
): Promise<Store & { schemaVersion: number }> {
  switch (address.kind) {
    case 'sqlite':
      return openSqlite({ path: address.path, ...time })
    case 'redis':
      return openRedis({ ...starts[life], address, name: describeStore(address), ...time })
    case 'postgres': {
      const { kind: _, ...options } = address
      return openPostgres({
        ...starts[life],
        ...pools[life],
        ...options,
        name: describeStore(address),
        ...time,
      })
    }
  }
}
