import { Session } from 'node:inspector/promises'
import { loadAll } from '../edge/load.ts'
import { commit, machine, versionsOf } from '../lib/machine.ts'
import { progress } from '../lib/part.ts'
import { type Profile, timeBy } from '../lib/profile.ts'
import { type Result, rowsOf, writeResult } from '../lib/result.ts'
import { tablesOf } from '../lib/table.ts'
import { GROUPS, sourceOf } from './source-of.ts'

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
function tally(profile: Profile) {
  const byGroup = timeBy(profile, (frame) => sourceOf(frame).group)
  const byFunction = timeBy(profile, (frame) => {
    const { name } = sourceOf(frame)
    return ofTheEngine.has(name) ? undefined : name
  })
  const top = [...byFunction].sort(([, a], [, b]) => b - a).slice(0, TOP)
  const each = (entries: Iterable<readonly [string, number]>) =>
    Object.fromEntries([...entries].map(([key, time]) => [key, [time / REQUESTS]]))
  return { groups: each(GROUPS.map((group) => [group, byGroup.get(group) ?? 0])), functions: each(top) }
}
