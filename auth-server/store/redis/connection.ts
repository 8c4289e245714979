import { setTimeout as delay } from 'node:timers/promises'
import { createClient, createCluster } from '@redis/client'
import type { RedisAddress } from '../address.ts'

/** The few commands this server uses: each names one key first, so that a cluster knows where it goes. */
export interface RedisCommands {
  get(key: string): Promise<string | null>
  set(key: string, value: string, options?: { condition: 'NX' }): Promise<string | null>
  del(key: string): Promise<number>
  hGetAll(key: string): Promise<Record<string, string>>
  zRem(key: string, members: string[]): Promise<number>
  eval(lua: string, call: { keys: string[]; arguments: string[] }): Promise<unknown>
  evalSha(sha: string, call: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** A connection, or one to each node of a cluster, that mends itself. */
export interface RedisConnection {
  readonly commands: RedisCommands
  /**
   * Connects anew beside the connection that is in use, and moves over once that has worked: when a replica answered,
   * the name may lead to another machine now; when nobody answered, nobody will end that connection either.
   */
  renew(): void
  /**
   * Hears of what is published, on a connection of its own that mends itself. Calls `tell` for each, and once it is connected, for what
   * it could not hear before.
   *
   * @returns ends it
   */
  subscribe(channel: string, tell: () => void): () => void
  close(): Promise<void>
}

type Client = RedisCommands & {
  connect(): Promise<unknown>
  on(event: 'error' | 'ready' | 'connect', listener: (error: unknown) => void): unknown
  subscribe(channel: string, listener: () => void): Promise<unknown>
  close(): Promise<unknown>
  destroy(): void
  /** Nodes of a cluster, as far as they are known by now. */
  readonly masters?: readonly Node[]
  readonly replicas?: readonly Node[]
}

type Node = RedisAddress['nodes'][number]

const CONNECT_TIMEOUT_MS = 2_000
// An idle connection is kept by its pings, and given up when they are not answered.
const PING_MS = 1_000
const SILENCE_MS = 3_000
const LONGEST_PAUSE_MS = 2_000
const QUEUE_LIMIT = 10_000
const LAST_ANSWERS_MS = 1_000

/** Connects; fails at once when that cannot be done now. Once connected, it reconnects for ever, with back-off. */
export async function connectRedis(address: RedisAddress): Promise<RedisConnection> {
  let client = await connect(address)
  let renewing = false
  let closed = false
  const subscriptions = new Set<() => void>()

  async function replace(): Promise<void> {
    const next = await connect({ ...address, nodes: knownNodes(client, address) })
    const last = closed ? next : client
    if (!closed) client = next
    await end(last)
  }

  return {
    get commands() {
      return client
    },
    renew() {
      // If it does not work, the next call that fails asks for it again.
      if (renewing) return
      renewing = true
      replace()
        .catch(() => {})
        .finally(() => {
          renewing = false
        })
    },
    subscribe(channel, tell) {
      const client = createFor(address, pauseBefore)
      let over = false
      // It connects again by itself, as often as it takes, and subscribes again.
      client.on('error', () => {})
      client.on('ready', tell)
      const listen = async () => {
        await client.connect()
        await client.subscribe(channel, tell)
        tell()
      }
      const listening = listen().catch(() => {})
      const hangUp = () => {
        if (over) return
        over = true
        subscriptions.delete(hangUp)
        client.destroy()
        // A command that was under way when it ended is of no use to anybody.
        void listening
      }
      subscriptions.add(hangUp)
      return hangUp
    },
    async close() {
      for (const hangUp of [...subscriptions]) hangUp()
      // A renewal under way sees it, and ends what it made.
      closed = true
      await end(client)
    },
  }
}

async function connect(address: RedisAddress): Promise<Client> {
  let connected = false
  let heard: unknown
  const client = createFor(address, (attempt) => connected && pauseBefore(attempt))
  // Callers are told by their calls; unheard, the event would end the process.
  client.on('error', (error) => {
    heard = error
  })
  try {
    await client.connect()
  } catch (error) {
    client.destroy()
    // A cluster says only that no node could be used; the event before said why.
    throw heard ?? error
  }
  connected = true
  return client
}

/** The nodes that were named at the start may all be gone after a while; those met since then lead further. */
function knownNodes({ masters = [], replicas = [] }: Client, { nodes }: RedisAddress): Node[] {
  const all = [...masters, ...replicas, ...nodes].map(({ host, port }): [string, Node] => [
    `${host}:${port}`,
    { host, port },
  ])
  return [...new Map(all).values()]
}

/** Lets answers under way arrive, but does not wait for a server that is silent. */
async function end(client: Client): Promise<void> {
  await Promise.race([client.close(), delay(LAST_ANSWERS_MS, undefined, { ref: false })]).catch(() => {})
  client.destroy()
}

/** Full jitter, so that a server that comes back is not met by all its clients in the same moment. */
function pauseBefore(attempt: number): number {
  return Math.random() * Math.min(LONGEST_PAUSE_MS, 50 * 2 ** attempt)
}

function createFor(address: RedisAddress, reconnectStrategy: (attempt: number) => number | false): Client {
  const { nodes, cluster, tls, username, password, database } = address
  const limits = { connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_MS, reconnectStrategy }
  const socket = (node?: Node) => (tls ? { ...node, ...limits, tls: true as const } : { ...node, ...limits })
  const options = {
    // While it is away every call fails at once: the caller has a visitor waiting, and may repeat it.
    disableOfflineQueue: true,
    commandsQueueMaxLength: QUEUE_LIMIT,
    pingInterval: PING_MS,
    // Callers give up by themselves; a timer would be the dearest part of a command.
    commandOptions: { timeout: 0 },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  }
  if (cluster)
    return createCluster({
      rootNodes: nodes.map((node) => ({ socket: socket(node) })),
      defaults: { ...options, socket: socket() },
      topologyRefreshOnReconnectionAttemptStrategy: 1_000,
    })
  return createClient({ ...options, socket: socket(nodes[0]), database })
}
