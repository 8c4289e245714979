import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StoreKind } from './options.ts'

/** An empty store. */
export type Place = { readonly url: string; leave(): Promise<void> }

/** There is no server for this kind of store on the machine. */
export class NoStoreError extends Error {}

const SERVER = fileURLToPath(new URL('../../scripts/testing/store-server.ts', import.meta.url))

/**
 * Finds an empty store: the server that `TEST_POSTGRES_URL` or `TEST_REDIS_URL` names, which keeps what the storm writes,
 * or one of its own that forgets it.
 *
 * @throws {NoStoreError} when neither is there
 */
export async function findPlace(kind: StoreKind): Promise<Place> {
  if (kind === 'sqlite') {
    const folder = await mkdtemp(join(tmpdir(), 'evergate-storm-'))
    return {
      url: `sqlite:${join(folder, 'auth.db')}`,
      leave: () => rm(folder, { recursive: true, force: true }),
    }
  }
  const given = kind === 'postgres' ? process.env.TEST_POSTGRES_URL : process.env.TEST_REDIS_URL
  if (!given) return startServer(kind)
  const url = new URL(given)
  if (kind === 'redis') url.searchParams.set('prefix', `storm-${randomBytes(6).toString('hex')}`)
  return { url: url.href, leave: async () => {} }
}

async function startServer(kind: StoreKind): Promise<Place> {
  const child = spawn(process.execPath, [SERVER, kind], { stdio: ['pipe', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  let problem = ''
  child.stderr.on('data', (chunk) => {
    problem += chunk
  })
  const url = await Promise.race([
    once(child.stdout, 'data').then(([chunk]) => String(chunk).trim()),
    exited.then(() => undefined),
  ])
  if (!url) throw new NoStoreError(problem.trim())
  return {
    url,
    async leave() {
      child.stdin.end()
      await exited
    },
  }
}
