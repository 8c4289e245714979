/**
 * Database servers for the tests, as Vitest's global set-up: each is started when a test file first asks for it, shared
 * by all of them, and stopped at the end of the run.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres-server.ts'
import type { TestServer } from './process.ts'
import { startRedis, startRedisCluster } from './redis-server.ts'

/** What a test file is told about a server it asked for. */
export type Answer = { readonly url: string } | { readonly missing: string }

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where to ask for a server: this URL and its name. */
    testServers: string
  }
}

const starters: Record<string, { given: string | undefined; start(): Promise<TestServer> }> = {
  '/postgres': { given: process.env.TEST_POSTGRES_URL, start: startPostgres },
  '/redis': { given: process.env.TEST_REDIS_URL, start: startRedis },
  '/redis-cluster': { given: undefined, start: startRedisCluster },
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<string, Promise<TestServer>>()

  async function find(name: string): Promise<Answer> {
    const starter = starters[name]
    if (!starter) return { missing: 'there is no such kind of server' }
    if (starter.given) return { url: starter.given }
    const server = started.get(name) ?? starter.start()
    started.set(name, server)
    return await server.then(
      ({ url }) => ({ url }),
      (error: Error) => ({ missing: error.message }),
    )
  }

  const desk = createServer(async (req, res) => {
    res.end(JSON.stringify(await find(req.url ?? '')))
  })
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve))
  project.provide('testServers', `http://127.0.0.1:${(desk.address() as AddressInfo).port}`)
  return async () => {
    desk.close()
    desk.closeAllConnections()
    const servers = await Promise.allSettled(started.values())
    await Promise.all(servers.map((server) => server.status === 'fulfilled' && server.value.stop()))
  }
}
