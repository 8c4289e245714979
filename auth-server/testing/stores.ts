import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { parseStoreUrl } from '../store/address.ts'
import { openStore } from '../store/open.ts'
import { connectRedis } from '../store/redis/connection.ts'
import { PACKED } from '../store/redis/packed.ts'
import type { Session, Store } from '../store/store.ts'
import { manualClock, temporaryDirectory } from './harness.ts'
import { ask } from './redis-server.ts'
import type { Answer, TestServers } from './servers.ts'

/** A kind of store, and how tests come by an empty one. */
export interface StoreKind {
  readonly name: string
  /** Why it cannot be tested here. */
  readonly missing?: string
  /** Whether dead sessions vanish without a purge. */
  readonly forgets?: true
  /** `STORE_URL` of an empty store that is gone after the test. */
  readonly place: () => Promise<string>
}

const onFiles: StoreKind = {
  name: 'SQLite',
  place: async () => `sqlite:${join(temporaryDirectory(), 'auth.db')}`,
}

/**
 * The kinds of store that this project tests: with servers those that need one, else SQLite. One whose server is not there
 * is skipped by name; in CI that is a failure.
 */
const storeKinds = kindsOn(inject('testServers'))

function kindsOn(servers: TestServers | undefined): readonly StoreKind[] {
  if (!servers) return [onFiles]
  const { PostgreSQL: postgres, Redis: redis, 'Redis Cluster': cluster } = servers
  const inRedis = (answer: Answer) => ({ forgets: true as const, place: () => placeInRedis(urlOf(answer)) })
  return [
    { name: 'PostgreSQL', ...skipped(postgres), place: () => placeInPostgres(urlOf(postgres)) },
    { name: 'Redis', ...skipped(redis), ...inRedis(redis) },
    { name: 'Redis Cluster', ...inThorough(cluster), ...inRedis(cluster) },
  ]
}

/** One of {@link storeKinds}, for tests of what it alone does. */
export function storeKind(name: keyof TestServers): StoreKind {
  const kind = storeKinds.find((each) => each.name === name)
  if (!kind) throw new Error(`${name} is not tested in this project`)
  return kind
}

/** The same for `describe.each`, with a title: for what the store itself does, and where its scripts run on one slot. */
export const eachStoreAndCluster = storeKinds.map((kind): [string, StoreKind] => [
  kind.missing === undefined ? kind.name : `${kind.name} (skipped: ${kind.missing})`,
  kind,
])

/** Without the cluster, which runs the code of Redis: for what is built on a store. */
export const eachStoreKind = eachStoreAndCluster.filter(([, { name }]) => name !== 'Redis Cluster')

function skipped(answer: Answer): { missing?: string } {
  if (!('missing' in answer)) return {}
  if (process.env.CI) throw new Error(`a server that CI must have is missing: ${answer.missing}`)
  return { missing: answer.missing }
}

/** It runs the code of Redis, on other slots: with `npm test -- --all`. */
function inThorough(answer: Answer): { missing?: string } {
  return process.env.EVERGATE_ALL ? skipped(answer) : { missing: 'tested by npm test -- --all' }
}

function urlOf(answer: Answer): string {
  if ('missing' in answer) throw new Error(answer.missing)
  return answer.url
}

/** Opens a store as the server does; every call is another connection. Closed after the test. */
export async function openTestStore(
  url: string,
  clock: (() => number) | 'its own' = manualClock(),
): Promise<Store> {
  const address = parseStoreUrl(url)
  if (!('kind' in address)) throw new Error(address.problem)
  const { store } = await openStore(address, clock === 'its own' ? undefined : clock)
  onTestFinished(() => store.close())
  return store
}

async function placeInPostgres(url: string): Promise<string> {
  const schema = `test_${randomBytes(6).toString('hex')}`
  await runInPostgres(url, `create schema ${schema}`)
  onTestFinished(() => runInPostgres(url, `drop schema ${schema} cascade`))
  const place = new URL(url)
  place.searchParams.set('options', `-c search_path=${schema}`)
  return place.href
}

/** Sets a session back behind the servers' back, as a store does that lost its last writes. */
export async function rewind(url: string, session: Session): Promise<void> {
  const { sid, generation, rotatedAt, lastSeenAt, idleExpiresAt } = session
  const values = [generation, rotatedAt, lastSeenAt, idleExpiresAt]
  const names = ['generation', 'rotated_at', 'last_seen_at', 'idle_expires_at']
  const address = parseStoreUrl(url)
  if (!('kind' in address)) throw new Error(address.problem)
  switch (address.kind) {
    case 'sqlite': {
      const database = new DatabaseSync(address.path)
      // Durability has tests of its own; here many syncs would only cost time.
      database.exec('pragma synchronous = off')
      database
        .prepare(`update sessions set ${names.map((name) => `${name} = ?`).join(', ')} where sid = ?`)
        .run(...values, sid)
      return database.close()
    }
    case 'postgres': {
      const changes = names.map((name, i) => `${name} = $${i + 1}`).join(', ')
      return await runInPostgres(url, `update sessions set ${changes} where sid = $5`, [...values, sid])
    }
    case 'redis': {
      const { commands, close } = await connectRedis(address)
      const keys = [`${address.prefix}:session:{${sid}}`]
      await commands.eval(SET_BACK, { keys, arguments: values.map(String) })
      return await close()
    }
  }
}

const SET_BACK = `${PACKED}
  local session = load()
  for i, field in ipairs({'generation', 'rotatedAt', 'lastSeenAt', 'idleExpiresAt'}) do session[field] = tonumber(ARGV[i]) end
  save(session)
`

const FORGET = "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end"

async function placeInRedis(url: string): Promise<string> {
  const prefix = `test-${randomBytes(6).toString('hex')}`
  // A server that somebody named stays as it was; our own, and the cluster is always that, forgets everything anyway.
  if (process.env.TEST_REDIS_URL === url)
    onTestFinished(async () => void (await ask(url, ['EVAL', FORGET, '0', `${prefix}:*`])))
  return `${url}?prefix=${prefix}`
}

/** Runs a statement behind the server's back. */
export async function runInPostgres(url: string, statement: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement, values)
  } finally {
    await client.end()
  }
}
