import { setTimeout as delay } from 'node:timers/promises'
import { freePort, type TestServer } from './process.ts'
import { ask, type RedisServer, startRedis } from './redis-server.ts'

/** A Redis Cluster, each of its nodes with as many slots. */
export interface RedisCluster extends TestServer {
  readonly nodes: readonly RedisServer[]
  /** Adds a replica to one of the nodes; resolves when it has all that the node has. */
  addReplica(of: RedisServer): Promise<void>
}

const SLOTS = 16_384

/** Starts so many nodes, shares the slots among them and makes them know each other. */
export async function startRedisCluster(count = 3): Promise<RedisCluster> {
  const started: Started[] = []
  const stop = async () => {
    await Promise.all(started.map(({ server }) => server.stop()))
  }
  const start = async () => {
    const node = await startNode()
    started.push(node)
    return node
  }
  /** Resolves when every node knows all others. */
  const meet = async ({ server, bus }: Started) => {
    for (const { server: other } of started)
      await ask(other.url, ['CLUSTER', 'MEET', '127.0.0.1', String(server.port), String(bus)])
    for (const { server: each } of started) await untilComplete(each.url, started.length)
  }

  try {
    const [first] = await Promise.all(Array.from({ length: count }, start))
    for (const [i, { server }] of started.entries()) {
      const from = Math.ceil((i * SLOTS) / count)
      const to = Math.ceil(((i + 1) * SLOTS) / count) - 1
      await ask(server.url, ['CLUSTER', 'ADDSLOTSRANGE', String(from), String(to)])
      await ask(server.url, ['CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1)])
    }
    if (first) await meet(first)
  } catch (error) {
    await stop()
    throw error
  }

  const nodes = started.map(({ server }) => server)
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    stop,
    async addReplica(of) {
      const replica = await start()
      await meet(replica)
      const id = String(await ask(of.url, ['CLUSTER', 'MYID']))
      await ask(replica.server.url, ['CLUSTER', 'REPLICATE', id])
      await until(replica.server.url, ['INFO', 'replication'], ['master_link_status:up'])
    },
  }
}

interface Started {
  readonly server: RedisServer
  /** Where nodes talk to each other. */
  readonly bus: number
}

async function startNode(): Promise<Started> {
  // By default it is the port plus 10,000, which a free port may be too high for.
  const bus = await freePort()
  const flags = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--cluster-port', String(bus)]
  // A replica need not wait five seconds for others that might come.
  return { server: await startRedis(...flags, '--repl-diskless-sync-delay', '0'), bus }
}

function untilComplete(url: string, nodes: number): Promise<void> {
  return until(url, ['CLUSTER', 'INFO'], ['cluster_state:ok', `cluster_known_nodes:${nodes}`])
}

async function until(url: string, command: readonly string[], words: readonly string[]): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const info = String(await ask(url, command))
    if (words.every((word) => info.includes(word))) return
    if (performance.now() > deadline) throw new Error(`the Redis cluster does not come together: ${info}`)
    await delay(50)
  }
}
