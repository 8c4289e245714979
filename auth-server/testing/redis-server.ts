import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { endsWithUs, freePort, type TestServer } from './process.ts'

/** A Redis server, and its port. */
export interface RedisServer extends TestServer {
  readonly port: number
  /** Stops it in its tracks: its connections stay open and silent. */
  pause(): void
  resume(): void
}

/** Starts an empty Redis from the `redis-server` on the path. It forgets everything when it is stopped. */
export async function startRedis(...flags: readonly string[]): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), 'auth-server-redis-'))
  const port = await freePort()
  const common = ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--save', '']
  const server = spawn('redis-server', [...common, ...flags], { stdio: ['ignore', 'pipe', 'ignore'] })
  if (server.pid === undefined) {
    rmSync(directory, { recursive: true, force: true })
    await once(server, 'error').catch(() => {})
    throw new Error('there is no redis-server on the path')
  }
  const stop = endsWithUs(server, directory)
  const readiness = new Promise<void>((resolve, reject) => {
    let log = ''
    server.stdout.on('data', (chunk) => {
      log += chunk
      if (log.includes('Ready to accept connections')) resolve()
    })
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}: ${log}`)))
  })
  await readiness.catch(async (error) => {
    await stop()
    throw error
  })
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    stop,
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
  }
}

const SLOTS = 16_384
const clustered = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000']

/** Starts three nodes, shares the slots among them and makes them know each other. */
export async function startRedisCluster(): Promise<TestServer & { nodes: readonly RedisServer[] }> {
  const nodes = [await startRedis(...clustered)]
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    nodes.push(await startRedis(...clustered), await startRedis(...clustered))
    const [first] = nodes
    for (const [i, { url }] of nodes.entries()) {
      const from = Math.ceil((i * SLOTS) / nodes.length)
      const to = Math.ceil(((i + 1) * SLOTS) / nodes.length) - 1
      await ask(url, 'CLUSTER', 'ADDSLOTSRANGE', String(from), String(to))
      await ask(url, 'CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1))
      await ask(url, 'CLUSTER', 'MEET', '127.0.0.1', String(first?.port))
    }
    for (const { url } of nodes) await untilComplete(url)
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`, nodes, stop }
}

async function untilComplete(url: string): Promise<void> {
  const deadline = performance.now() + 15_000
  for (;;) {
    const info = String(await ask(url, 'CLUSTER', 'INFO'))
    if (info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')) return
    if (performance.now() > deadline) throw new Error(`the Redis cluster does not come together: ${info}`)
    await delay(50)
  }
}

/** Sends one command behind the server's back. */
export async function ask(url: string, ...command: readonly string[]): Promise<unknown> {
  const client = createClient({ url, RESP: 2 })
  await client.connect()
  try {
    return await client.sendCommand(command)
  } finally {
    client.destroy()
  }
}
