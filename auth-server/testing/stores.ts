import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { parseStoreUrl } from '../store/address.ts'
import { openStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import { manualClock, temporaryDirectory } from './harness.ts'
import type { Answer } from './servers.ts'

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

const server = async (name: string): Promise<Answer> =>
  (await fetch(`${inject('testServers')}/${name}`)).json()

const postgres = await server('postgres')
const redis = await server('redis')
const cluster = await server('redis-cluster')

/** All kinds of store. One whose server is not there is skipped by name; in CI that is a failure. */
export const storeKinds: readonly StoreKind[] = [
  { name: 'SQLite', place: async () => `sqlite:${join(temporaryDirectory(), 'auth.db')}` },
  { name: 'PostgreSQL', ...skipped(postgres), place: () => placeInPostgres(urlOf(postgres)) },
  { name: 'Redis', ...skipped(redis), forgets: true, place: async () => placeInRedis(urlOf(redis)) },
  {
    name: 'Redis Cluster',
    ...skipped(cluster),
    forgets: true,
    place: async () => placeInRedis(urlOf(cluster)),
  },
]

/** The same for `describe.each`, with a title. */
export const eachStoreKind = storeKinds.map((kind): [string, StoreKind] => [
  kind.missing === undefined ? kind.name : `${kind.name} (skipped: ${kind.missing})`,
  kind,
])

function skipped(answer: Answer): { missing?: string } {
  if (!('missing' in answer)) return {}
  if (process.env.CI) throw new Error(`a server that CI must have is missing: ${answer.missing}`)
  return { missing: answer.missing }
}

function urlOf(answer: Answer): string {
  if ('missing' in answer) throw new Error(answer.missing)
  return answer.url
}

/** Opens a store as the server does; every call is another connection. Closed after the test. */
export async function openTestStore(url: string, clock: () => number = manualClock()): Promise<Store> {
  const address = parseStoreUrl(url)
  if (!('kind' in address)) throw new Error(address.problem)
  const { store } = await openStore(address, clock)
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

function placeInRedis(url: string): string {
  return `${url}?prefix=test-${randomBytes(6).toString('hex')}`
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
