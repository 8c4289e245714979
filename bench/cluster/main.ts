import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startRedisCluster } from '../../auth-server/testing/redis-cluster.ts'
import { ask, startRedis } from '../../auth-server/testing/redis-server.ts'
import { interleave } from '../lib/interleave.ts'
import { type Measured, progress, runPart } from '../lib/part.ts'
import { type Figure, rowsOf } from '../lib/result.ts'

const QUICK = { rounds: 1, milliseconds: 500, sessions: 3_072 }
const FULL = { rounds: 7, milliseconds: 2_000, sessions: 10_240 }
const ONE = 'one Redis'
const NODES = { [ONE]: 1, '3 nodes': 3, '6 nodes': 6 } as const
/** Renewals under way for each node: its batches are as long in a cluster as alone. */
const AT_ONCE = 256
const MOST_OF_EVEN = 1.15
const MOST_OF_ONE = 1.3

type Subject = keyof typeof NODES
const subjects = Object.keys(NODES) as Subject[]
type Samples = Record<Subject, number[]>

await runPart('cluster', async ({ quick }): Promise<Measured> => {
  const { rounds, milliseconds, sessions } = quick ? QUICK : FULL
  const places = new Map<Subject, Place>()
  try {
    for (const subject of subjects) {
      progress(`starting ${subject}`)
      places.set(subject, await placeOf(NODES[subject], sessions))
    }
    progress('renewals')
    const share = samples()
    const cpu = samples()
    const rates = await interleave(subjects, rounds + 1, async (subject, round) => {
      const { renew, nodes } = places.get(subject) as Place
      const before = await Promise.all(nodes.map(usageOf))
      const rate = await renew(milliseconds)
      const after = await Promise.all(nodes.map(usageOf))
      const commands = after.map((usage, i) => usage.commands - (before[i]?.commands ?? 0))
      const seconds = after.map((usage, i) => usage.seconds - (before[i]?.seconds ?? 0))
      // The first round warms up.
      if (round > 0) {
        share[subject].push((Math.max(...commands) * nodes.length) / sum(commands))
        cpu[subject].push((sum(seconds) * 1e6) / sum(commands))
      }
      return rate
    })
    for (const subject of subjects) rates[subject].shift()
    return {
      packages: ['@redis/client'],
      conditions: [
        `The store’s own \`renew\` of ${sessions.toLocaleString('en-US')} sessions, ${AT_ONCE} at once for each node, in a process of its own without a server; ${rounds} rounds of ${milliseconds / 1000} s for each, by turns, after one that warms up. All nodes, and the client, share two cores.`,
        'CPU: what all nodes have used (`INFO cpu`) by the scripts that they ran (`INFO commandstats`), so what they tell each other is in it. Share: the busiest node’s scripts over the mean of all.',
      ],
      figures: figuresOf(rates, share, cpu),
    }
  } finally {
    for (const { stop } of places.values()) await stop()
  }
})

type Place = {
  /** Renews for so many milliseconds; answers how many in a second. */
  readonly renew: (ms: number) => Promise<number>
  readonly nodes: readonly string[]
  stop(): Promise<void>
}

async function placeOf(count: number, sessions: number): Promise<Place> {
  const servers = count === 1 ? await startRedis() : await startRedisCluster(count)
  const nodes = 'nodes' in servers ? servers.nodes.map(({ url }) => url) : [servers.url]
  const program = fileURLToPath(new URL('client.ts', import.meta.url))
  const client = spawn(process.execPath, [program, servers.url, String(sessions), String(AT_ONCE * count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the client ended')
    return String(value)
  }
  const stop = async () => {
    client.stdin.end()
    if (client.exitCode === null) await once(client, 'exit')
    await servers.stop()
  }
  if ((await next()) !== 'ready') throw new Error('the client is not ready')
  return {
    nodes,
    stop,
    async renew(ms) {
      client.stdin.write(`${ms}\n`)
      return Number(await next())
    },
  }
}

async function usageOf(url: string): Promise<{ commands: number; seconds: number }> {
  const [statistics, cpu] = [await ask(url, ['INFO', 'commandstats']), await ask(url, ['INFO', 'cpu'])]
  const number = (pattern: RegExp, text: unknown) => Number(pattern.exec(String(text))?.[1] ?? 0)
  return {
    commands: number(/cmdstat_evalsha:calls=(\d+)/, statistics),
    seconds: number(/used_cpu_user:([\d.]+)/, cpu) + number(/used_cpu_sys:([\d.]+)/, cpu),
  }
}

function samples(): Samples {
  return { [ONE]: [], '3 nodes': [], '6 nodes': [] }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

function figuresOf(rates: Samples, share: Samples, cpu: Samples): Figure[] {
  const most = '6 nodes'
  const shares = rowsOf({ '3 nodes': share['3 nodes'], [most]: share[most] })
  const costs = rowsOf(cpu, { ratioTo: ONE })
  const busiest = shares.find(({ subject }) => subject === most)?.median ?? Number.NaN
  const dearest = costs.find(({ subject }) => subject === most)?.ratio?.median ?? Number.NaN
  return [
    {
      id: 'share',
      title: 'The busiest node, over an even share',
      unit: 'times',
      better: 'less',
      rows: shares,
      targets: [
        { text: `at most ${MOST_OF_EVEN}`, subject: most, measured: busiest, met: busiest <= MOST_OF_EVEN },
      ],
    },
    {
      id: 'cpu',
      title: 'CPU of all nodes for a renewal',
      unit: 'µs',
      better: 'less',
      rows: costs,
      targets: [
        {
          text: `at most ${MOST_OF_ONE} times that of ${ONE}`,
          subject: most,
          measured: dearest,
          met: dearest <= MOST_OF_ONE,
        },
      ],
    },
    {
      id: 'rate',
      title: 'Renewals a second, nodes and client on two cores',
      unit: 'renewals/s',
      better: 'more',
      rows: rowsOf(rates, { ratioTo: ONE }),
    },
  ]
}
