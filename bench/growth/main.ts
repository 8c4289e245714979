import { purge } from '../../auth-server/server/purge.ts'
import { openStoreAt } from '../../auth-server/store/open.ts'
import { openConnection, request } from '../auth-server/connection.ts'
import { type Load, type Server, startLoad } from '../auth-server/processes.ts'
import { type StoreName, scratchFolder, startStores, storeNames } from '../auth-server/stores.ts'
import { newEnvironment, SECRET, startAuthServer } from '../auth-server/subjects.ts'
import { interleave } from '../lib/interleave.ts'
import { quantile } from '../lib/median.ts'
import { type Measured, progress, runPart } from '../lib/part.ts'
import { type Figure, readResults, rowsOf } from '../lib/result.ts'
import { assumptions, type Cost, costOf } from './cost.ts'
import { expire, fill } from './fill.ts'

const QUICK = { stores: ['SQLite'], sizes: [1_000, 10_000], rounds: 3, milliseconds: 700, starts: 1 } as const
const FULL = {
  stores: storeNames,
  sizes: [1_000, 10_000, 100_000, 1_000_000],
  rounds: 5,
  milliseconds: 1_500,
  starts: 3,
} as const

/** Far below what the server can do: what is measured is a refresh, not a queue. */
const LOAD = { connections: 8, perSecond: 200 }
const DEAD_SHARE = 0.01

type Sizes = typeof QUICK | typeof FULL

/** Samples by subject: a store and how many sessions it holds. */
type Samples = Record<string, number[]>
type Growth = Record<'p50' | 'p99' | 'megabytes' | 'purge' | 'start', Samples>

await runPart('growth', async ({ quick }): Promise<Measured> => {
  const sizes = quick ? QUICK : FULL
  const growth: Growth = { p50: {}, p99: {}, megabytes: {}, purge: {}, start: {} }
  const missing: { subject: string; why: string }[] = []
  const load = startLoad()
  try {
    for (const name of sizes.stores) missing.push(...(await measureStore(name, sizes, load, growth)))
  } finally {
    await load.stop()
  }
  const cost = quick ? undefined : costOnPaper(growth)
  return {
    packages: ['express', 'jose', '@redis/client', 'pg'],
    conditions: [
      `Sessions are put into the stores’ own tables and keys in order of their ids, each with a user of its own; a sample is then looked for through the store, and each refresh goes through the real server.`,
      `Refreshes: ${LOAD.perSecond} a second on ${LOAD.connections} connections, of sessions drawn at random; ${sizes.rounds} rounds of ${sizes.milliseconds / 1000} s for each size, by turns, each size with a server and a store of its own, after a warm-up.`,
      'Size: SQLite’s file; PostgreSQL’s two tables with their indexes; what Redis’s memory grew by. Users included.',
      `Purge: ${DEAD_SHARE * 100} % of the sessions expired eight days ago, once. Redis forgets by itself.`,
      `Start: from the start of the process to the answer of \`/readyz\`, which writes to the store; ${sizes.starts} times.`,
      ...(cost ? termsOf(cost) : []),
    ],
    figures: [...figuresOf(growth, sizes), ...(cost ? [costFigure(cost)] : [])],
    ...(missing.length > 0 ? { failed: missing } : {}),
  }
})

type Place = { readonly subject: string; readonly url: string; readonly count: number }

async function measureStore(name: StoreName, sizes: Sizes, load: Load, growth: Growth) {
  const { path: cwd, remove } = scratchFolder()
  const environment = await newEnvironment()
  const stops: (() => unknown)[] = [remove]
  const servers: Server[] = []
  try {
    const places: Place[] = []
    for (const count of sizes.sizes) {
      const { started, missing, stop } = await startStores([name])
      stops.push(stop)
      const [store] = started
      if (!store) return missing
      const subject = `${name}, ${count.toLocaleString('en-US')}`
      progress(`filling ${subject}`)
      growth.megabytes[subject] = [(await fill(name, store.url, count)) / 1e6]
      places.push({ subject, url: store.url, count })
    }
    const bySubject = new Map(places.map((place) => [place.subject, place]))
    const subjects = [...bySubject.keys()]
    const at = (subject: string) => bySubject.get(subject) as Place

    progress(`starts on ${name}`)
    const starts = await interleave(subjects, sizes.starts, (subject) =>
      timeOfStart(() => startAuthServer(at(subject).url, environment, cwd)),
    )
    Object.assign(growth.start, starts)

    const ports = new Map<string, number>()
    for (const { subject, url } of places) {
      const server = await startAuthServer(url, environment, cwd)
      servers.push(server)
      ports.set(subject, server.port)
    }
    const refresh = async (subject: string, ms: number) => {
      const clients = { kind: 'evergate-any', secret: SECRET, count: at(subject).count } as const
      const result = await load.run({ ...LOAD, name: subject, clients, ports: [ports.get(subject) ?? 0], ms })
      return result.latencies
    }
    progress(`refreshes on ${name}`)
    for (const subject of subjects) await refresh(subject, sizes.milliseconds)
    const latencies = await interleave(subjects, sizes.rounds, (subject) =>
      refresh(subject, sizes.milliseconds),
    )
    for (const [subject, rounds] of Object.entries(latencies)) {
      growth.p50[subject] = rounds.map((each) => quantile(each, 0.5))
      growth.p99[subject] = rounds.map((each) => quantile(each, 0.99))
    }
    await Promise.all(servers.splice(0).map((server) => server.stop()))

    if (name !== 'Redis') {
      progress(`purges on ${name}`)
      for (const place of places) growth.purge[place.subject] = [await timeOfPurge(name, place)]
    }
    return []
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    for (const stop of stops) await stop()
  }
}

async function timeOfStart(start: () => Promise<Server>): Promise<number> {
  const began = performance.now()
  const server = await start()
  const connection = await openConnection(server.port)
  const { status } = await connection.send(request('GET', '/readyz', {}))
  const took = performance.now() - began
  connection.close()
  await server.stop()
  if (status !== 200) throw new Error(`/readyz answered ${status}`)
  return took
}

async function timeOfPurge(name: Exclude<StoreName, 'Redis'>, { url, count }: Place): Promise<number> {
  const dead = Math.round(count * DEAD_SHARE)
  await expire(name, url, count, dead)
  const store = await openStoreAt(url)
  const began = performance.now()
  const purged = await purge(store)
  const took = performance.now() - began
  await store.close()
  if (purged !== dead) throw new Error(`${purged} sessions were purged instead of ${dead}`)
  return took
}

function figuresOf(growth: Growth, { sizes, stores }: Sizes): Figure[] {
  const [fewest = 0, most = 0] = [sizes[0], sizes.at(-1)]
  const subjectOf = (store: string, count: number) => `${store}, ${count.toLocaleString('en-US')}`
  // Each size over the smallest one of the same store.
  const rows = (samples: Samples) =>
    stores.flatMap((store) => {
      const own = Object.fromEntries(
        Object.entries(samples).filter(([subject]) => subject.startsWith(`${store},`)),
      )
      return Object.keys(own).length > 0 ? rowsOf(own, { ratioTo: subjectOf(store, fewest) }) : []
    })
  const p50 = rows(growth.p50)
  const targets = p50
    .filter(({ subject }) => subject.endsWith(`, ${most.toLocaleString('en-US')}`))
    .map(({ subject, ratio }) => {
      const measured = ratio?.median ?? Number.NaN
      const text = `p50 at most 1.3 times that of ${fewest.toLocaleString('en-US')} sessions`
      return { text, subject, measured, met: measured <= 1.3 }
    })
  return [
    {
      id: 'refresh-p50',
      title: 'A refresh, by live sessions, p50',
      unit: 'ms',
      better: 'less',
      rows: p50,
      targets,
    },
    {
      id: 'refresh-p99',
      title: 'A refresh, by live sessions, p99',
      unit: 'ms',
      better: 'less',
      rows: rows(growth.p99),
    },
    { id: 'size', title: 'Size of the store', unit: 'MB', better: 'less', rows: rows(growth.megabytes) },
    {
      id: 'purge',
      title: 'Purge of one session in a hundred',
      unit: 'ms',
      better: 'less',
      rows: rows(growth.purge),
    },
    { id: 'start', title: 'Start to the first answer', unit: 'ms', better: 'less', rows: rows(growth.start) },
  ]
}

/** On PostgreSQL, with the rate that the part `auth-server` measured last; undefined without one of the two. */
function costOnPaper(growth: Growth): Cost | undefined {
  const [megabytes] = growth.megabytes['PostgreSQL, 1,000,000'] ?? []
  const figures = readResults().find(({ part }) => part === 'auth-server')?.figures ?? []
  const rows = figures.find(({ id }) => id === 'refreshes')?.rows ?? []
  const rate = rows.find(({ subject }) => subject === 'PostgreSQL')?.median
  if (megabytes === undefined || rate === undefined) return undefined
  // Megabytes for a million are bytes for one.
  return costOf({ refreshesPerSecond: rate, bytesPerSession: megabytes }, assumptions)
}

function termsOf({ refreshesPerMonth, peakPerSecond, servers, gigabytes, perUser }: Cost): string[] {
  const { dailyShare, hoursPerDay, accessTokenMinutes, peakFactor, sessionsPerUser, prices } = assumptions
  return [
    `Cost: on paper, for a million monthly users on PostgreSQL: ${dailyShare * 100} % are there on a day, for ${hoursPerDay} hours, and renew every ${accessTokenMinutes} minutes: ${Math.round(refreshesPerMonth / 1e6)} million refreshes a month, at the peak (${peakFactor} times the average) ${Math.round(peakPerSecond)} a second; ${sessionsPerUser} sessions each, ${gigabytes} GB with room.`,
    `That takes ${servers} servers, one of them in reserve, planned at half the rate measured here: a core there is taken for one here. It comes to $${perUser.toFixed(5)} a user and month.`,
    `Prices are list prices assumed (EC2 m7g.large $${prices.serverHour}/h, RDS db.t4g.medium with a standby $${prices.databaseHour}/h, storage $${prices.gigabyteMonth}/GB; us-east-1, as third parties quoted them in May and June 2026), without traffic, balancer, backups, logs, and whoever looks after it.`,
  ]
}

function costFigure({ dollars, total }: Cost): Figure {
  const samples = {
    'auth servers': [dollars.servers],
    database: [dollars.database],
    storage: [dollars.storage],
    all: [total],
  }
  const title = 'A month for a million users, on paper'
  return { id: 'cost', title, unit: '$', better: 'less', rows: rowsOf(samples) }
}
