import type { RedisAddress } from '../address.ts'
import { DeadlineError, guard } from '../guard.ts'
import { whileStarting } from '../start.ts'
import type { Store } from '../store.ts'
import { connectRedis, type RedisConnection } from './connection.ts'
import { redisCounters } from './counters.ts'
import { redisEndings } from './endings.ts'
import { isReadOnly, mayPassSoon, redisFailure } from './errors.ts'
import { redisFactors } from './factors.ts'
import { redisLinks } from './links.ts'
import { beat, run } from './scripts.ts'
import { redisSessions } from './sessions.ts'
import { redisUsers } from './users.ts'

/** How {@link openRedis} opens a store. */
export interface RedisOptions {
  readonly address: RedisAddress
  /** How messages call the store: without a password. */
  readonly name: string
  /** Milliseconds since 1970; for tests and simulations. Default: the clock of the Redis server that has the key. */
  readonly clock?: () => number
  /** Milliseconds one call may take in all. Default 2000. */
  readonly patience?: number
  /** Milliseconds a start waits for a server that is just starting. */
  readonly startPatience?: number
}

/** 1: sessions are hashes. 2: they are strings, and hashes of before are read. */
const SCHEMA_VERSION = 2

/**
 * Opens a Redis store, on one server or a cluster. Several servers may
 * start at the same moment.
 *
 * @throws StoreError with one sentence when it cannot be used
 */
export async function openRedis(options: RedisOptions): Promise<Store & { schemaVersion: number }> {
  const { address, name, patience = 2_000, startPatience } = options
  let connection: RedisConnection | undefined
  try {
    const opened = await whileStarting(() => connectRedis(address), mayPassSoon, startPatience)
    connection = opened
    const schemaVersion = await whileStarting(
      () => agreeOnSchema(opened, address.prefix),
      mayPassSoon,
      startPatience,
    )
    return { schemaVersion, ...storeOver(opened, options, patience) }
  } catch (error) {
    await connection?.close()
    throw redisFailure(name, error)
  }
}

/** Each session migrates with its next write. A store that a newer version has made is left alone. */
async function agreeOnSchema({ commands }: RedisConnection, prefix: string): Promise<number> {
  const key = `${prefix}:schema`
  await commands.set(key, String(SCHEMA_VERSION), { condition: 'NX' })
  const version = Number(await commands.get(key))
  if (version > SCHEMA_VERSION)
    throw new RangeError(`schema ${version} is newer than this server knows (${SCHEMA_VERSION})`)
  if (version < SCHEMA_VERSION) await commands.set(key, String(SCHEMA_VERSION))
  return SCHEMA_VERSION
}

function storeOver(
  connection: RedisConnection,
  { address: { prefix }, name, clock }: RedisOptions,
  patience: number,
): Store {
  const database = { commands: () => connection.commands, prefix, clock }
  const endings = redisEndings(database, connection.subscribe)
  const sessions = redisSessions(database, (id) => users.findById(id), endings)
  const factors = redisFactors(database)
  const users = redisUsers(database, { ...sessions, ...factors })
  const explain = (error: unknown) => {
    if (isReadOnly(error) || error instanceof DeadlineError) connection.renew()
    return redisFailure(name, error)
  }
  return guard<Store>(
    {
      users: guard(users, explain, patience),
      sessions: guard(sessions, explain, patience),
      ended: { ...guard({ since: endings.since }, explain, patience), watch: endings.watch },
      counters: guard(redisCounters(database), explain, patience),
      links: guard(redisLinks(database), explain, patience),
      factors: guard(factors, explain, patience),
      async ping() {
        // A real write: a full server or a replica can be read, but is not ready.
        await run(database, beat, `${prefix}:heartbeat`)
      },
      close: () => connection.close(),
    },
    explain,
    patience,
  )
}
