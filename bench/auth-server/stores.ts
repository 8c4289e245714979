import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../../auth-server/testing/postgres-server.ts'
import { startRedis } from '../../auth-server/testing/redis-server.ts'

/** A store of each kind that runs on this machine, and why the others do not. */
export type Stores = {
  readonly started: readonly { readonly name: StoreName; readonly url: string }[]
  readonly missing: readonly { readonly subject: string; readonly why: string }[]
  stop(): Promise<void>
}

export const storeNames = ['SQLite', 'Redis', 'PostgreSQL'] as const
export type StoreName = (typeof storeNames)[number]

export async function startStores(names: readonly StoreName[] = storeNames): Promise<Stores> {
  const started: { name: StoreName; url: string }[] = []
  const missing: { subject: string; why: string }[] = []
  const stops: (() => void | Promise<void>)[] = []
  for (const name of names)
    try {
      const { url, stop } = await start[name]()
      started.push({ name, url })
      stops.push(stop)
    } catch (error) {
      missing.push({ subject: name, why: error instanceof Error ? error.message : String(error) })
    }
  return { started, missing, stop: async () => void (await Promise.all(stops.map((stop) => stop()))) }
}

const start: Record<StoreName, () => Promise<{ url: string; stop(): void | Promise<void> }>> = {
  async SQLite() {
    const { path, remove } = scratchFolder()
    return { url: `sqlite:${join(path, 'auth.db')}`, stop: remove }
  },
  Redis: () => startRedis(),
  PostgreSQL: startPostgres,
}

export function scratchFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'evergate-bench-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
