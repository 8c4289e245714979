import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startLoad } from '../auth-server/processes.ts'
import { scratchFolder, startStores } from '../auth-server/stores.ts'
import { authServers, newEnvironment } from '../auth-server/subjects.ts'
import { type Measured, progress, runPart } from '../lib/part.ts'
import { type Profile, timeBy } from '../lib/profile.ts'
import { type Figure, rowsOf } from '../lib/result.ts'
import { GROUPS, groupOf } from './groups.ts'

const CLIENTS = 32
const INTERVAL = 200

/** Where the time of a refresh goes at full load: the thread that answers, sampled by V8. */
await runPart('refresh-profile', async ({ quick }): Promise<Measured> => {
  const milliseconds = quick ? 1_500 : 8_000
  const stores = await startStores(quick ? ['SQLite'] : undefined)
  const load = startLoad()
  const figures: Figure[] = []
  try {
    for (const { name, url } of stores.started) {
      progress(name)
      const { path, remove } = scratchFolder()
      const flags = ['--cpu-prof', `--cpu-prof-interval=${INTERVAL}`, `--cpu-prof-dir=${path}`]
      const sizes = { processes: 1, clients: CLIENTS, cwd: path, flags }
      const { servers, clients } = await authServers(name, url, await newEnvironment(), sizes)
      const ports = servers.map(({ port }) => port)
      const run = (ms: number) => load.run({ name, clients, ports, connections: CLIENTS, ms })
      await run(milliseconds / 4)
      const from = microseconds()
      const { latencies } = await run(milliseconds)
      const until = microseconds()
      await Promise.all(servers.map((server) => server.stop()))
      figures.push(figureOf(name, profileIn(path), { from, until, refreshes: latencies.length }))
      remove()
    }
  } finally {
    await load.stop()
    await stores.stop()
  }
  return {
    packages: ['express', 'jose', '@redis/client', 'pg'],
    conditions: [
      `The auth server with its defaults, ES256, ${CLIENTS} clients that refresh for ${milliseconds / 1000} s as fast as it answers; its one thread is sampled every ${INTERVAL} µs, after a warm-up.`,
      'Time by whose code it was spent in, divided by the number of refreshes. Threads beside it (signatures, the disk, the store) are not in it; waiting for them is what is left of the whole.',
      'A sampled server is slower: compare shares, not with the rates above.',
    ],
    figures,
    ...(stores.missing.length > 0 ? { failed: stores.missing } : {}),
  }
})

/** On the clock that V8 stamps its samples with. */
function microseconds(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

function profileIn(folder: string): Profile {
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))
  return JSON.parse(readFileSync(join(folder, file), 'utf8'))
}

type Span = { readonly from: number; readonly until: number; readonly refreshes: number }

function figureOf(store: string, profile: Profile, { refreshes, ...span }: Span): Figure {
  const spent = timeBy(profile, groupOf, span)
  const rows = Object.fromEntries(GROUPS.map((group) => [group, [(spent.get(group) ?? 0) / refreshes]]))
  return {
    id: store.toLowerCase(),
    title: `A refresh on ${store}`,
    unit: 'µs',
    better: 'less',
    rows: rowsOf(rows),
  }
}
