import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { attack } from './attackers.ts'
import type { DeviceCounts } from './bound/browser.ts'
import type { BoundCounts } from './bound/report.ts'
import { breaksPromise } from './bound/report.ts'
import { steal } from './bound/thieves.ts'
import type { BoundVisitor } from './bound/visitor.ts'
import { newBoundVisitor } from './bound/visitor.ts'
import type { Visitor } from './cast.ts'
import { ask, newVisitor } from './cast.ts'
import type { Fleet } from './fleet.ts'
import { startFleet } from './fleet.ts'
import { leave } from './leavers.ts'
import type { Ledger } from './ledger.ts'
import { openLedger } from './ledger.ts'
import type { StormOptions } from './options.ts'
import { findPlace } from './place.ts'
import type { Ask } from './plan.ts'
import { kills, visits } from './plan.ts'
import { brokenPromises, table } from './report.ts'

export type StormReport = {
  readonly table: string
  /** The broken promises. Empty when all was well. */
  readonly broken: readonly string[]
  /** With whom it went wrong, and what the auth servers say of sessions that they ended. */
  readonly details: readonly string[]
}

type Say = (line: string) => void

/** Runs a storm and tells what came of it. Needs a production build. */
export async function runStorm(options: StormOptions, say: Say): Promise<StormReport> {
  const place = await findPlace(options.store)
  try {
    const fleet = await startFleet(options, place.url)
    try {
      return await rage(options, fleet, say)
    } finally {
      await fleet.stop()
    }
  } finally {
    await place.leave()
  }
}

async function rage(options: StormOptions, fleet: Fleet, say: Say): Promise<StormReport> {
  const { sessions, seconds, seed } = options
  const run = randomBytes(4).toString('hex')
  const counts = { registrations: 0, refreshes: 0, challenged: 0, skipped: 0, bounced: 0 }
  const bound = options.bound
    ? await signIn(`visitor-${run}`, sessions, fleet, say, (...at) => newBoundVisitor(...at, counts))
    : []
  const visitors = options.bound ? bound : await signIn(`visitor-${run}`, sessions, fleet, say, newVisitor)
  const some = Math.min(25, Math.max(6, Math.round(sessions / 20)))
  const victims = await signIn(`victim-${run}`, some, fleet, say, newVisitor)
  const leavers =
    options.revocation === 'on' ? await signIn(`leaver-${run}`, some, fleet, say, newVisitor) : []
  const ledger = openLedger(visitors.map((visitor) => visitor.refreshToken() ?? ''))

  const began = performance.now()
  const elapsed = () => performance.now() - began
  fleet.begin(options.faults)
  const killed = { gateway: 0, 'auth server': 0 }
  const attacks = victims.map(async (victim, number) =>
    ledger.noteAttack(await attack(victim, fleet, { number, seed, seconds })),
  )
  const thefts = Array.from({ length: options.bound ? 2 * some : 0 }, async (_, number) => {
    const theft = await steal(bound, fleet, { number, seed, seconds })
    if (theft) ledger.noteTheft(theft)
  })
  const leavings = leavers.map(async (leaver, number) =>
    ledger.noteLeaving(await leave(leaver, fleet, ((number + 0.5) / leavers.length) * seconds * 1000)),
  )
  const killing = options.faults === 'on' ? killAll(options, fleet, killed, elapsed, say) : Promise.resolve()
  const telling = setInterval(() => say(progress(elapsed(), ledger)), 2_000)
  try {
    await visitAll(options, visitors, fleet, ledger, elapsed)
    await killing
    fleet.calm()
    // A visitor who came through is still signed in.
    await farewell(options, visitors, fleet, ledger)
    await Promise.all([...attacks, ...leavings, ...thefts])
  } finally {
    clearInterval(telling)
  }
  for (const { browser } of [...visitors, ...victims, ...leavers]) browser.close()

  const totals = ledger.totals()
  const around = { refreshCalls: fleet.refreshCalls(), kills: killed, ...fleet.faults() }
  const device = options.bound ? await boundCounts(bound, counts) : null
  const broken = brokenPromises(totals, options, device)
  const wrong = [
    ...totals.lost,
    ...totals.foreign,
    ...totals.nameless,
    ...totals.serverErrors,
    ...totals.unanswered,
    ...totals.thefts.filter(breaksPromise).map((theft) => JSON.stringify(theft)),
  ]
  const logged = fleet
    .authLog()
    .split('\n')
    .filter((line) => /reuse-detected|healed|device-proof-refused/.test(line))
  return {
    table: table(options, totals, around, device),
    broken,
    details: broken.length > 0 ? [...wrong, ...logged] : [],
  }
}

async function boundCounts(visitors: readonly BoundVisitor[], counts: DeviceCounts): Promise<BoundCounts> {
  const bound = await Promise.all(visitors.map(({ browser }) => browser.isBound()))
  return { ...counts, visitors: visitors.length, bound: bound.filter(Boolean).length }
}

/** Four at a time: hashing a password takes a core for a while. */
async function signIn<Kind extends Visitor>(
  name: string,
  count: number,
  fleet: Fleet,
  say: Say,
  arrive: (name: string, authUrl: string, gatewayUrl: string) => Promise<Kind>,
): Promise<Kind[]> {
  const found: Kind[] = []
  while (found.length < count) {
    const batch = Array.from({ length: Math.min(4, count - found.length) }, (_, i) =>
      arrive(`${name}-${found.length + i}`, fleet.authUrl(i), fleet.gatewayUrl(i)),
    )
    found.push(...(await Promise.all(batch)))
    if (found.length % 100 === 0) say(`${found.length} of ${count} signed in`)
  }
  return found
}

async function killAll(
  options: StormOptions,
  fleet: Fleet,
  killed: Record<'gateway' | 'auth server', number>,
  elapsed: () => number,
  say: Say,
): Promise<void> {
  for (const kill of kills(options)) {
    await delay(Math.max(0, kill.at - elapsed()))
    say(`${inSeconds(elapsed())}  ${kill.part} ${kill.index + 1} is killed`)
    killed[kill.part] += 1
    await fleet.kill(kill)
  }
}

/** Visits as planned, as many at a time as there may be requests. */
async function visitAll(
  options: StormOptions,
  visitors: readonly Visitor[],
  fleet: Fleet,
  ledger: Ledger,
  elapsed: () => number,
): Promise<void> {
  const crowd = openCrowd(options.concurrency)
  for (const { visitor: number, asks } of visits(options)) {
    if (elapsed() >= options.seconds * 1000) break
    const visitor = visitors[number]
    if (!visitor || visitor.isLost) {
      if (visitors.every(({ isLost }) => isLost)) break
      continue
    }
    await crowd.room(asks.length)
    for (const wanted of asks) crowd.enter(ask(visitor, wanted, fleet, ledger))
  }
  await crowd.empty()
}

async function farewell(
  { concurrency }: StormOptions,
  visitors: readonly Visitor[],
  fleet: Fleet,
  ledger: Ledger,
): Promise<void> {
  const crowd = openCrowd(concurrency)
  for (const [number, visitor] of visitors.entries()) {
    const last: Ask = { kind: 'api', path: '/api/session', gateway: number }
    await crowd.room(1)
    crowd.enter(ask(visitor, last, fleet, ledger))
  }
  await crowd.empty()
}

/** Holds so many at a time; a group that is larger than that comes alone. */
function openCrowd(places: number) {
  const inside = new Set<Promise<void>>()
  let problem: unknown
  const check = () => {
    if (problem !== undefined) throw problem
  }
  return {
    async room(count: number) {
      while (inside.size > 0 && inside.size + count > places) await Promise.race(inside)
      check()
    },
    enter(work: Promise<void>) {
      const member = work
        .catch((error) => {
          problem = error
        })
        .finally(() => inside.delete(member))
      inside.add(member)
    },
    async empty() {
      await Promise.all(inside)
      check()
    },
  }
}

function progress(elapsed: number, ledger: Ledger): string {
  const { tries, renewals, lost, foreign } = ledger.totals()
  return `${inSeconds(elapsed)}  ${tries} requests, ${renewals} renewals, ${lost.length} lost, ${foreign.length} foreign`
}

const inSeconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(0).padStart(4)} s`
