import { purge } from '../../auth-server/server/purge.ts'
import { openStoreAt } from '../../auth-server/store/open.ts'
import { openConnection, request } from '../auth-server/connection.ts'
import type { Load, Server } from '../auth-server/processes.ts'
import { type StoreName, scratchFolder, startStores } from '../auth-server/stores.ts'
import { newEnvironment, SECRET, startAuthServer } from '../auth-server/subjects.ts'
import { interleave } from '../lib/interleave.ts'
import { quantile } from '../lib/median.ts'
import { progress } from '../lib/part.ts'
import { expire, fill } from './fill.ts'

/** Far below what the server can do: what is measured is a refresh, not a queue. */
export const LOAD = { connections: 8, perSecond: 200 }

/** The extent of a run. */
export type Sizes = {
  readonly stores: readonly StoreName[]
  /** Live sessions, the fewest first. */
  readonly sizes: readonly number[]
  readonly sessionsPerUser: number
  readonly rounds: number
  readonly milliseconds: number
  readonly starts: number
  /** How many of so many sessions are to be purged. */
  readonly dead: (count: number) => number
}

/** Samples by subject: a store and how many sessions it holds. */
export type Samples = Record<string, number[]>
/** `parts`: bytes for each session or user at the largest size, by store and table, index or key. */
export type Growth = Record<'p50' | 'p99' | 'megabytes' | 'purge' | 'start' | 'parts', Samples>

export const newGrowth = (): Growth => ({ p50: {}, p99: {}, megabytes: {}, purge: {}, start: {}, parts: {} })

type Place = { readonly subject: string; readonly url: string; readonly count: number }

/** Measures one kind of store at each size into `growth`; answers what is missing for it. */
export async function measureStore(name: StoreName, sizes: Sizes, load: Load, growth: Growth) {
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
      const { bytes, parts } = await fill(name, store.url, count, sizes.sessionsPerUser)
      growth.megabytes[subject] = [bytes / 1e6]
      if (count === sizes.sizes.at(-1))
        for (const [part, size] of Object.entries(parts)) growth.parts[`${name}, ${part}`] = [size]
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
      for (const place of places)
        growth.purge[place.subject] = [await timeOfPurge(name, place, sizes.dead(place.count))]
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

async function timeOfPurge(
  name: Exclude<StoreName, 'Redis'>,
  { url, count }: Place,
  dead: number,
): Promise<number> {
  await expire(name, url, count, dead)
  const store = await openStoreAt(url)
  const began = performance.now()
  const purged = await purge(store)
  const took = performance.now() - began
  await store.close()
  if (purged !== dead) throw new Error(`${purged} sessions were purged instead of ${dead}`)
  return took
}
