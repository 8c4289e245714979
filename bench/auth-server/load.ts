/**
 * The load, in a process of its own: connections that stay open, each with a client that sends its next request when the
 * last was answered. Clients keep what they were handed from one round to the next, so that what rotates really does.
 */

import { type Client, type ClientOptions, newClients } from './clients.ts'
import { type Connection, openConnection } from './connection.ts'

export type LoadOptions = {
  /** Clients of one name go on where they stopped. */
  readonly name: string
  readonly clients: ClientOptions
  /** Clients take turns between these servers, one at a time. */
  readonly ports: readonly number[]
  readonly connections: number
  readonly ms: number
  /** A constant load instead of as much as goes: requests/s of all clients together. */
  readonly perSecond?: number
  /** Requests that each client sends at most in this run. */
  readonly each?: number
}

/** Milliseconds for the latencies. */
export type LoadResult = { readonly perSecond: number; readonly latencies: readonly number[] }

const known = new Map<string, Client[]>()

process.on('message', (options: LoadOptions) => {
  run(options).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  )
})

async function run(options: LoadOptions): Promise<LoadResult> {
  const { name, ports, connections, ms, perSecond, each: most = Number.POSITIVE_INFINITY } = options
  const clients = known.get(name) ?? newClients(options.clients, connections)
  known.set(name, clients)
  const open = await Promise.all(ports.map((port) => Promise.all(clients.map(() => openConnection(port)))))
  const latencies: number[] = []
  const started = performance.now()
  const end = started + ms
  const pause = perSecond === undefined ? 0 : (connections * 1000) / perSecond

  async function drive(client: Client, each: readonly Connection[], index: number): Promise<void> {
    let due = started + (pause * index) / connections
    for (let turn = index; performance.now() < end && turn - index < most; turn++) {
      if (pause > 0) await until(due)
      due += pause
      const connection = each[turn % each.length]
      if (!connection) throw new Error('no server to ask')
      const text = client.request()
      const sent = performance.now()
      const answer = await connection.send(text)
      latencies.push(performance.now() - sent)
      client.answered(answer)
    }
  }

  try {
    await Promise.all(
      clients.map((client, i) =>
        drive(
          client,
          open.map((of) => of[i] as Connection),
          i,
        ),
      ),
    )
  } finally {
    for (const connection of open.flat()) connection.close()
  }
  return { perSecond: (latencies.length * 1000) / (performance.now() - started), latencies }
}

function until(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())))
}
