import { createClient } from '@redis/client'
import pg from 'pg'

/** Three functions over a store that all processes of an app share: the gateway's `SharedStore`. */
type SharedStore = {
  add(key: string, value: string, seconds: number): Promise<boolean>
  get(key: string): Promise<string | null>
  set(key: string, value: string, seconds: number): Promise<void>
}

/** Such a store, and its end. */
export type OpenStore = { readonly store: SharedStore; readonly close: () => Promise<unknown> }

/** In the memory of one process, for a machine that has no other. */
export function sharedInMemory(): OpenStore {
  const values = new Map<string, string>()
  const store: SharedStore = {
    add: async (key, value) => !values.has(key) && values.set(key, value) !== undefined,
    get: async (key) => values.get(key) ?? null,
    set: async (key, value) => void values.set(key, value),
  }
  return { store, close: async () => values.clear() }
}

export async function sharedOnRedis(url: string): Promise<OpenStore> {
  const redis = createClient({ url })
  await redis.connect()
  const until = (seconds: number) => ({ expiration: { type: 'EX', value: seconds } }) as const
  const store: SharedStore = {
    add: async (key, value, seconds) =>
      (await redis.set(key, value, { condition: 'NX', ...until(seconds) })) !== null,
    get: (key) => redis.get(key),
    set: async (key, value, seconds) => void (await redis.set(key, value, until(seconds))),
  }
  return { store, close: () => redis.close() }
}

export async function sharedOnPostgres(url: string): Promise<OpenStore> {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  await pool.query(
    'CREATE TABLE IF NOT EXISTS shared_values (key text PRIMARY KEY, value text NOT NULL, ends timestamptz NOT NULL)',
  )
  const put = (key: string, value: string, seconds: number, condition: string) =>
    pool.query(
      `INSERT INTO shared_values VALUES ($1, $2, now() + make_interval(secs => $3))
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, ends = excluded.ends WHERE ${condition}`,
      [key, value, seconds],
    )
  const store: SharedStore = {
    add: async (key, value, seconds) =>
      (await put(key, value, seconds, 'shared_values.ends <= now()')).rowCount === 1,
    get: async (key) => {
      const found = await pool.query('SELECT value FROM shared_values WHERE key = $1 AND ends > now()', [key])
      return found.rows[0]?.value ?? null
    },
    set: async (key, value, seconds) => void (await put(key, value, seconds, 'true')),
  }
  return { store, close: () => pool.end() }
}
