import type { RedisAddress } from './address.ts'
import { DeadlineError, guard } from './guard.ts'
import { connectRedis, type RedisConnection } from './redis-connection.ts'
import { isReadOnly, mayPassSoon, redisFailure } from './redis-errors.ts'
import { redisSessions } from './redis-sessions.ts'
import { redisUsers } from './redis-users.ts'
import { whileStarting } from './start.ts'
import type { Store } from './store.ts'

/** How {@link openRedis} opens a store. */
export interface RedisOptions {
  readonly address: RedisAddress
  /** How messages call the store: without a password. */
  readonly name: string
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Milliseconds one call may take in all. Default 2000. */
  readonly patience?: number
  /** Milliseconds a start waits for a server that is just starting. */
  readonly startPatience?: number
}

const SCHEMA_VERSION = 1

/**
 * Opens a Redis store, on one server or a cluster. Several servers may
 * start at the same moment.
 *
 * @throws StoreError with one sentence when it cannot be used
 */
export async function openRedis(options: RedisOptions): Promise<Store & { schemaVersion: number }> {
  const { address, name, clock, patience = 2_000, startPatience } = options
  let connection: RedisConnection | undefined
  try {
    const opened = await whileStarting(() => connectRedis(address), mayPassSoon, startPatience)
    connection = opened
    const schemaVersion = await whileStarting(
      () => agreeOnSchema(opened, address.prefix),
      mayPassSoon,
      startPatience,
    )
    return { schemaVersion, ...storeOver(opened, options, clock, patience) }
  } catch (error) {
    await connection?.close()
    throw redisFailure(name, error)
  }
}

/** Nothing to migrate yet; but what a newer version of this server made is left alone. */
async function agreeOnSchema({ commands }: RedisConnection, prefix: string): Promise<number> {
  const key = `${prefix}:schema`
  await commands.set(key, String(SCHEMA_VERSION), { condition: 'NX' })
  const version = Number(await commands.get(key))
  if (version > SCHEMA_VERSION)
    throw new RangeError(`schema ${version} is newer than this server knows (${SCHEMA_VERSION})`)
  return SCHEMA_VERSION
}

function storeOver(
  connection: RedisConnection,
  { address: { prefix }, name }: RedisOptions,
  clock: () => number,
  patience: number,
): Store {
  const commands = () => connection.commands
  const explain = (error: unknown) => {
    if (isReadOnly(error) || error instanceof DeadlineError) connection.renew()
    return redisFailure(name, error)
  }
  return guard<Store>(
    {
      users: guard(redisUsers(commands, prefix), explain, patience),
      sessions: guard(redisSessions(commands, prefix), explain, patience),
      async ping() {
        // A real write: a full server or a replica can be read, but is not ready.
        await commands().set(`${prefix}:heartbeat`, String(clock()))
      },
      close: () => connection.close(),
    },
    explain,
    patience,
  )
}
