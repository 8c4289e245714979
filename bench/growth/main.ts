import { startLoad } from '../auth-server/processes.ts'
import { storeNames } from '../auth-server/stores.ts'
import { type Measured, runPart } from '../lib/part.ts'
import { type Figure, readResults, rowsOf } from '../lib/result.ts'
import { assumptions, type Cost, costOf } from './cost.ts'
import { figuresOf, largeFiguresOf, perSecond } from './figures.ts'
import { type Growth, LOAD, measureStore, newGrowth, type Sizes } from './measure.ts'

// `npm run bench -- growth`: up to a million sessions. `npm run bench -- growth --large`: ten million, a part of its own. That takes 12 GB
// of memory, 10 GB of disk and a quarter of an hour.

const DEAD_SHARE = 0.01
const ofEachHundred = (count: number) => Math.round(count * DEAD_SHARE)
const FULL: Sizes = {
  stores: storeNames,
  sizes: [1_000, 10_000, 100_000, 1_000_000],
  sessionsPerUser: 1,
  rounds: 5,
  milliseconds: 1_500,
  starts: 3,
  dead: ofEachHundred,
}
const QUICK: Sizes = {
  ...FULL,
  stores: ['SQLite'],
  sizes: [1_000, 10_000],
  rounds: 3,
  milliseconds: 700,
  starts: 1,
}
const LARGE: Sizes = {
  stores: ['Redis', 'PostgreSQL'],
  sizes: [1_000, 10_000_000],
  sessionsPerUser: 1.5,
  rounds: 7,
  milliseconds: 5_000,
  starts: 3,
  dead: (count) => Math.round(perSecond(count) * 600),
}

type Missing = { readonly subject: string; readonly why: string }

async function measure(sizes: Sizes): Promise<[growth: Growth, missing: Missing[]]> {
  const growth = newGrowth()
  const missing: Missing[] = []
  const load = startLoad()
  try {
    for (const name of sizes.stores) missing.push(...(await measureStore(name, sizes, load, growth)))
  } finally {
    await load.stop()
  }
  return [growth, missing]
}

const packages = ['express', 'jose', '@redis/client', 'pg']
const failed = (missing: Missing[]) => (missing.length > 0 ? { failed: missing } : {})
const refreshes = ({ rounds, milliseconds }: Sizes) =>
  `Refreshes: ${LOAD.perSecond} a second on ${LOAD.connections} connections, of sessions drawn at random; ${rounds} rounds of ${milliseconds / 1000} s for each size, by turns, each size with a server and a store of its own, after a warm-up.`
const starts = (sizes: Sizes) =>
  `Start: from the start of the process to the answer of \`/readyz\`, which writes to the store; ${sizes.starts} times.`

async function measureUsual({ quick }: { quick: boolean }): Promise<Measured> {
  const sizes = quick ? QUICK : FULL
  const [growth, missing] = await measure(sizes)
  const cost = quick ? undefined : costOnPaper(growth)
  return {
    packages,
    conditions: [
      `Sessions are put into the stores’ own tables and keys in order of their ids, each with a user of its own; a sample is then looked for through the store, and each refresh goes through the real server.`,
      refreshes(sizes),
      'Size: SQLite’s file; PostgreSQL’s two tables with their indexes; what Redis’s memory grew by. Users included.',
      `Purge: ${DEAD_SHARE * 100} % of the sessions expired eight days ago, once. Redis forgets by itself.`,
      starts(sizes),
      ...(cost ? termsOf(cost) : []),
    ],
    figures: [...figuresOf(growth, sizes), ...(cost ? [costFigure(cost)] : [])],
    ...failed(missing),
  }
}

async function measureLarge(): Promise<Measured> {
  const [growth, missing] = await measure(LARGE)
  return {
    packages,
    conditions: [
      `Sessions are put into the stores’ own tables and keys in order of their ids, three for two users; a sample is then looked for through the store, and each refresh goes through the real server.`,
      refreshes(LARGE),
      'Bytes: of PostgreSQL each relation’s size by its rows, as it is filled; of Redis `MEMORY USAGE` of one key in the middle, and what its memory grew by for each session, users included.',
      `Purge: the ${LARGE.dead(LARGE.sizes.at(-1) ?? 0).toLocaleString('en-US')} sessions that end in ten minutes, the time between two purges, expired eight days ago, once. Redis forgets by itself.`,
      starts(LARGE),
    ],
    figures: largeFiguresOf(growth, LARGE),
    ...failed(missing),
  }
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

if (process.argv.includes('--large')) await runPart('growth-large', measureLarge)
else await runPart('growth', measureUsual)
