/**
 * Database servers for the tests, as Vitest's global set-up: started together, shared by all test files, and stopped at the
 * end of the run.
 */
import { writeFileSync } from 'node:fs'
import type { TestProject } from 'vitest/node'
import { whyNoPrometheus } from '../observe/metrics/testing/prometheus.ts'
import { startPostgres } from './postgres-server.ts'
import type { TestServer } from './process.ts'
import { startRedisCluster } from './redis-cluster.ts'
import { startRedis } from './redis-server.ts'

/** A server, as a test file is told of it. */
export type Answer = { readonly url: string } | { readonly missing: string }

/** Every server that tests may ask for. */
export type TestServers = Readonly<Record<'PostgreSQL' | 'Redis' | 'Redis Cluster', Answer>>

const IN_THOROUGH = 'tested by npm test -- --all'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Absent where tests run without servers. */
    testServers?: TestServers
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started: TestServer[] = []

  async function find(start: () => Promise<TestServer>, given?: string): Promise<Answer> {
    if (given) return { url: given }
    try {
      const server = await start()
      started.push(server)
      return { url: server.url }
    } catch (error) {
      return { missing: error instanceof Error ? error.message : String(error) }
    }
  }

  const [postgres, redis, cluster] = await Promise.all([
    find(startPostgres, process.env.TEST_POSTGRES_URL),
    find(() => startRedis(), process.env.TEST_REDIS_URL),
    process.env.EVERGATE_ALL ? find(startRedisCluster) : { missing: IN_THOROUGH },
  ])
  const servers: TestServers = { PostgreSQL: postgres, Redis: redis, 'Redis Cluster': cluster }
  reportMissing(servers)
  project.provide('testServers', servers)
  return async () => {
    await Promise.all(started.map((server) => server.stop()))
  }
}

/** For `npm test`, which ends with what it could not test. */
function reportMissing(servers: TestServers): void {
  const file = process.env.EVERGATE_UNTESTED
  if (!file) return
  const lines = Object.entries(servers).flatMap(([name, answer]) =>
    'missing' in answer && answer.missing !== IN_THOROUGH ? `${name} (${answer.missing.split('\n')[0]})` : [],
  )
  const noPrometheus = whyNoPrometheus()
  if (noPrometheus) lines.push(`what docs/monitoring asks of Prometheus (${noPrometheus})`)
  writeFileSync(file, JSON.stringify(lines))
}
