import { Session } from 'node:inspector/promises'
import { loadAll } from '../edge/load.ts'
import { commit, machine, versionsOf } from '../lib/machine.ts'
import { progress } from '../lib/part.ts'
import { type Result, rowsOf, writeResult } from '../lib/result.ts'
import { tablesOf } from '../lib/table.ts'
import { type Frame, GROUPS, sourceOf } from './source-of.ts'

// `npm run bench -- profile NAME`: where the time of a request with a valid session goes.

const REQUESTS = 50_000
const TOP = 25
/** No functions: their groups say it all. */
const ofTheEngine = new Set(['(idle)', '(garbage collector)', '(program)'])
const name = process.argv[2]
if (!name || !/^[\w-]+$/.test(name)) throw new Error('name the profile: npm run bench -- profile before')

const { loaded, failed } = await loadAll(['evergate'])
const [subject] = loaded
if (!subject?.sessions) throw new Error(failed[0]?.why)
const cookie = await subject.sessions.cookie(1)
for (let count = 0; count < 5000; count++) await subject.edge.request(cookie)
progress(`profile of ${REQUESTS} requests`)
const profile = await profiled(async () => {
  for (let count = 0; count < REQUESTS; count++) await subject.edge.request(cookie)
})
const { groups, functions } = tally(profile)

const result: Result = {
  part: `profile-${name}`,
  measuredAt: new Date().toISOString(),
  commit: commit(),
  quick: false,
  machine: machine(),
  versions: versionsOf(['next', 'jose']),
  conditions: [
    `${REQUESTS.toLocaleString('en-US')} requests with a valid session (HS256, the same token) through createGateway() in the edge sandbox, one after the other, sampled every 100 µs.`,
    'Self time, divided by the number of requests. Inlined code counts for the function that holds it.',
  ],
  figures: [
    {
      id: 'groups',
      title: 'Where the time of a request goes',
      unit: 'µs',
      better: 'less',
      rows: rowsOf(groups),
    },
    {
      id: 'functions',
      title: `The ${TOP} functions it spends most in`,
      unit: 'µs',
      better: 'less',
      rows: rowsOf(functions),
    },
  ],
}
console.log(`\n${tablesOf(result)}`)
console.log(`\nwritten to ${writeResult(result)}`)
process.exit()

type Profile = {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[]
  readonly samples?: readonly number[] | undefined
  readonly timeDeltas?: readonly number[] | undefined
}

async function profiled(work: () => Promise<void>): Promise<Profile> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 100 })
  await session.post('Profiler.start')
  await work()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return profile
}

/** Microseconds of a request by group and by function. */
function tally({ nodes, samples = [], timeDeltas = [] }: Profile) {
  const sources = new Map(nodes.map(({ id, callFrame }) => [id, sourceOf(callFrame)]))
  const byGroup = new Map<string, number>(GROUPS.map((group) => [group, 0]))
  const byFunction = new Map<string, number>()
  for (const [place, id] of samples.entries()) {
    const source = sources.get(id)
    if (!source) continue
    const each = (timeDeltas[place] ?? 0) / REQUESTS
    byGroup.set(source.group, (byGroup.get(source.group) ?? 0) + each)
    if (!ofTheEngine.has(source.name)) byFunction.set(source.name, (byFunction.get(source.name) ?? 0) + each)
  }
  const top = [...byFunction].sort(([, a], [, b]) => b - a).slice(0, TOP)
  const asSamples = (entries: Iterable<[string, number]>) =>
    Object.fromEntries([...entries].map(([key, value]) => [key, [value]]))
  return { groups: asSamples(byGroup), functions: asSamples(top) }
}
