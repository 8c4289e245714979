import { appFolder } from '../lib/apps.ts'
import { calls } from '../lib/network.ts'
import { type Measured, progress, runPart } from '../lib/part.ts'
import { type Figure, ratio, rowsOf, type Target } from '../lib/result.ts'
import { subjectNames } from '../lib/subjects.ts'
import { edgeBytes } from '../size/edge.mjs'
import { measureFirstRequests } from './first-request.ts'
import { type Loaded, loadAll } from './load.ts'
import { measureMemory } from './memory.ts'
import { DISTINCT, measureRates } from './rate.ts'

const QUICK = { rounds: 3, milliseconds: 150, starts: 5, sessions: 1000 }
const FULL = { rounds: 15, milliseconds: 300, starts: 21, sessions: 10_000 }

await runPart('edge', async ({ quick }): Promise<Measured> => {
  const sizes = quick ? QUICK : FULL
  const { loaded, failed } = await loadAll(subjectNames(quick).filter((name) => name !== 'no-middleware'))
  const fetched = sum(calls)
  progress('cost of a request')
  const rates = await measureRates(loaded, sizes)
  const duringRates = sum(calls) - fetched
  if (duringRates > 0)
    throw new Error(`${duringRates} requests left the middlewares while they were measured`)
  progress('first request')
  const starts = await measureFirstRequests(loaded, sizes.starts)
  const memory = await measureMemory(loaded, sizes.sessions)
  return {
    packages: ['next', ...loaded.flatMap(({ packages }) => packages)],
    conditions: [
      'Each middleware is built by Next with the same page, and run in the sandbox that `next start` runs it in; all in one process, one request at a time, none over a network.',
      `Cost of a request: ${sizes.rounds} rounds, in each ${sizes.milliseconds} ms of requests for each subject, with one session, which lives six hours.`,
      'Each is sent the same headers and a session of its own; what knows no sessions is sent that of “evergate”.',
      `“${DISTINCT}”: no two requests carry the same token.`,
      'Before that, each must let its session through, and neither no session nor one that was tampered with. While the cost is measured none may reach for the network.',
      `First request: ${sizes.starts} contexts of each, read from disk, compiled and asked once; keys of a vendor are fetched in it, from memory.`,
      `Memory: what remains after garbage collection of ${sizes.sessions.toLocaleString('en-US')} sessions, each seen once.`,
      ...loaded.flatMap(({ label, note }) => (note ? [`${label}: ${note}.`] : [])),
    ],
    figures: [
      rateFigure(loaded, rates),
      costFigure(rates),
      sizeFigure(loaded),
      startFigure(starts),
      memoryFigure(memory, sizes.sessions),
    ],
    ...(failed.length > 0 ? { failed } : {}),
  }
})

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, count) => all + count, 0)
}

function rateFigure(loaded: readonly Loaded[], rates: Record<string, number[]>): Figure {
  const rows = rowsOf(rates, { ratioTo: 'empty' })
  const peers = rows.filter(({ subject }) => loaded.some(({ label, peer }) => peer && label === subject))
  const best = peers.toSorted((a, b) => b.median - a.median)[0]
  const overEmpty = ratio(rates.evergate ?? [], rates.empty ?? []).median
  const overBest = ratio(rates.evergate ?? [], rates[best?.subject ?? ''] ?? []).median
  const overJose = ratio(rates['jose alone'] ?? [], rates[DISTINCT] ?? []).median
  const targets: Target[] = [
    {
      text: 'at least 0.90 of the rate of an empty middleware',
      subject: 'evergate',
      measured: overEmpty,
      met: overEmpty >= 0.9,
    },
    {
      text: `at least 1.3 times the fastest peer’s, ${best?.subject}`,
      subject: 'evergate',
      measured: overBest,
      met: overBest >= 1.3,
    },
    {
      text: 'at most 1.15 times the time of jose alone',
      subject: DISTINCT,
      measured: overJose,
      met: overJose <= 1.15,
    },
  ]
  return {
    id: 'rate',
    title: 'Requests a second in the edge sandbox',
    unit: 'requests/s',
    better: 'more',
    rows,
    targets,
  }
}

function costFigure(rates: Record<string, number[]>): Figure {
  const { empty = [], ...others } = rates
  const over = (own: number[]) => own.map((rate, round) => 1e6 / rate - 1e6 / (empty[round] ?? Number.NaN))
  const samples = Object.fromEntries(Object.entries(others).map(([label, own]) => [label, over(own)]))
  return {
    id: 'cost',
    title: 'Cost of a request over an empty middleware',
    unit: 'µs',
    better: 'less',
    rows: rowsOf(samples),
  }
}

function sizeFigure(loaded: readonly Loaded[]): Figure {
  const bytes = new Map(loaded.map(({ label, name }) => [label, edgeBytes(`${appFolder(name)}/.next`)]))
  const empty = bytes.get('empty') ?? Number.NaN
  const others = [...bytes].filter(([label]) => label !== 'empty' && label !== 'evergate (ES256)')
  const rows = rowsOf(Object.fromEntries(others.map(([label, size]) => [label, [(size - empty) / 1000]])))
  const measured = rows.find(({ subject }) => subject === 'evergate')?.median ?? Number.NaN
  const target = { text: 'at most 12 KB', subject: 'evergate', measured, met: measured <= 12 }
  return {
    id: 'size',
    title: 'Edge bundle over an empty middleware',
    unit: 'KB gzip',
    better: 'less',
    rows,
    targets: [target],
  }
}

function startFigure(starts: Record<string, number[]>): Figure {
  const rows = rowsOf(starts, { ratioTo: 'empty' })
  const measured = ratio(starts.evergate ?? [], starts.empty ?? []).median
  const target = {
    text: 'at most 1.2 times that of empty',
    subject: 'evergate',
    measured,
    met: measured <= 1.2,
  }
  const title = 'First request of a fresh isolate'
  return { id: 'first-request', title, unit: 'ms', better: 'less', rows, targets: [target] }
}

function memoryFigure(memory: Record<string, number[]>, sessions: number): Figure {
  const scale = (bytes: number[]) => bytes.map((all) => (all / 1e6 / sessions) * 10_000)
  const samples = Object.fromEntries(Object.entries(memory).map(([label, bytes]) => [label, scale(bytes)]))
  return {
    id: 'memory',
    title: 'Memory that 10,000 sessions leave behind',
    unit: 'MB',
    better: 'less',
    rows: rowsOf(samples),
  }
}
