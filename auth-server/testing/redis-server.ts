import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { endsWithUs, logged, onFreePort, type TestServer } from './process.ts'

/** A Redis server, and its port. */
export interface RedisServer extends TestServer {
  readonly port: number
  /** Stops it in its tracks: its connections stay open and silent. */
  pause(): void
  resume(): void
  /** Ends it without a word, as a machine does that loses its power. */
  kill(): void
}

/** Starts an empty Redis from the `redis-server` on the path. It forgets everything when it is stopped. */
export function startRedis(...flags: readonly string[]): Promise<RedisServer> {
  return onFreePort(async (port) => {
    const directory = mkdtempSync(join(tmpdir(), 'auth-server-redis-'))
    const common = ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--save', '']
    const server = spawn('redis-server', [...common, ...flags], { stdio: ['ignore', 'pipe', 'ignore'] })
    const readiness = logged(server, server.stdout, 'Ready to accept connections')
    if (server.pid === undefined) {
      rmSync(directory, { recursive: true, force: true })
      return await readiness.then(
        () => Promise.reject(new Error('redis-server has no process')),
        () => Promise.reject(new Error('there is no redis-server on the path: apt-get install redis-server')),
      )
    }
    const stop = endsWithUs(server, directory)
    await readiness
    return {
      url: `redis://127.0.0.1:${port}`,
      port,
      stop,
      pause: () => void server.kill('SIGSTOP'),
      resume: () => void server.kill('SIGCONT'),
      kill: () => void server.kill('SIGKILL'),
    }
  })
}

/** Sends commands behind the auth server's back, on one connection; answers what the last of them did. */
export async function ask(url: string, ...commands: readonly (readonly string[])[]): Promise<unknown> {
  const client = createClient({ url, RESP: 2 })
  await client.connect()
  try {
    let answer: unknown
    for (const command of commands) answer = await client.sendCommand(command)
    return answer
  } finally {
    client.destroy()
  }
}
