import { seededRandom } from '../../lib/testing/faults.ts'

/*
 * A day of many people, minute by minute, without a server: when they sign in, when their sessions renew. Some are simulated, and each
 * stands for many. Times are minutes of the day. A device lives through two such days, and the second one counts: the sessions of
 * yesterday's evening may still be there.
 */

export type DayAssumptions = {
  readonly seed: number
  readonly people: number
  /** Of them are lived through. */
  readonly simulated: number
  /** Share who work with it at a desk; the others come in the evening. */
  readonly atDesks: number
  /** Share of the people at desks who look in once more in the evening, and of all who have a telephone besides. */
  readonly lookIn: number
  readonly telephones: number
  /** Mean, and standard deviation. */
  readonly begins: readonly [number, number]
  readonly lunch: readonly [number, number]
  readonly lunchLasts: readonly [number, number]
  readonly ends: readonly [number, number]
  readonly evening: readonly [number, number]
  readonly eveningLasts: readonly [number, number]
  /** Mean minutes from one use to the next while somebody is there. */
  readonly pauseAtDesk: number
  readonly pauseElsewhere: number
  /** Tabs that are open at most, and load together when their owner comes back. */
  readonly tabs: number
  /** Gateway processes: tabs that load together meet several, and each makes a call. */
  readonly gateways: number
  readonly accessTokenMinutes: number
  readonly renewBeforeMinutes: number
  readonly idleMinutes: number
}

export const dayAssumptions: DayAssumptions = {
  seed: 9,
  people: 1_000_000,
  simulated: 20_000,
  atDesks: 0.7,
  lookIn: 0.3,
  telephones: 0.5,
  begins: [9 * 60, 25],
  lunch: [12 * 60 + 15, 20],
  lunchLasts: [45, 15],
  ends: [17 * 60 + 30, 45],
  evening: [20 * 60, 60],
  eveningLasts: [30, 15],
  pauseAtDesk: 4,
  pauseElsewhere: 1,
  tabs: 6,
  gateways: 4,
  accessTokenMinutes: 15,
  renewBeforeMinutes: 0.5,
  idleMinutes: 12 * 60,
}

/** Of each minute of the day, for all people. */
export type Day = {
  readonly signIns: readonly number[]
  /** Calls to the auth server: renewals, and those that repeat one because tabs met several gateways. */
  readonly refreshes: readonly number[]
  /** Pages, and what they fetch while somebody works. */
  readonly requests: readonly number[]
  /** Sessions that are neither ended nor idle for too long. */
  readonly live: readonly number[]
}

const MINUTES = 24 * 60

type Random = {
  readonly chance: (share: number) => boolean
  readonly normal: (of: readonly [mean: number, deviation: number]) => number
  readonly pause: (mean: number) => number
  readonly upTo: (most: number) => number
}

/** A day of so many people. The same assumptions give the same day. */
export function liveThroughADay(given: DayAssumptions = dayAssumptions): Day {
  const random = randomOf(seededRandom(given.seed))
  const counts = { signIns: minutes(), refreshes: minutes(), requests: minutes(), changes: minutes() }
  for (let person = 0; person < given.simulated; person++)
    for (const times of devicesOf(given, random)) use(times, given, counts)
  const scale = given.people / given.simulated
  let living = 0
  return {
    signIns: counts.signIns.map((count) => count * scale),
    refreshes: counts.refreshes.map((count) => count * scale),
    requests: counts.requests.map((count) => count * scale),
    live: counts.changes.map((change) => {
      living += change * scale
      return living
    }),
  }
}

const minutes = () => Array.from({ length: MINUTES }, () => 0)

function randomOf(next: () => number): Random {
  const upTo = (most: number) => 1 + Math.floor(next() * most)
  return {
    chance: (share) => next() < share,
    // Box and Muller. `1 - next()` is never 0.
    normal: ([mean, deviation]) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pause: (mean) => -mean * Math.log(1 - next()),
    upTo,
  }
}

/** One use: when, and how many tabs load together. */
type Use = { readonly at: number; readonly tabs: number }

/** The uses of each device of one person, in two days with the same habits. */
function devicesOf(given: DayAssumptions, random: Random): Use[][] {
  const { chance, normal } = random
  const isAtDesk = chance(given.atDesks)
  const looksIn = !isAtDesk || chance(given.lookIn)
  const [tabs, begins, ends] = [random.upTo(given.tabs), normal(given.begins), normal(given.ends)]
  const main: Use[] = []
  const telephone: Use[] = []
  const hasTelephone = chance(given.telephones)
  for (const midnight of [0, MINUTES]) {
    if (isAtDesk) {
      const lunch = normal(given.lunch)
      const back = lunch + Math.max(5, normal(given.lunchLasts))
      main.push(...stay(midnight + begins, midnight + lunch, tabs, given.pauseAtDesk, random))
      main.push(...stay(midnight + back, midnight + ends, tabs, given.pauseAtDesk, random))
    }
    if (looksIn) {
      const from = midnight + normal(given.evening)
      const until = from + Math.max(2, normal(given.eveningLasts))
      main.push(...stay(from, until, isAtDesk ? tabs : 1, given.pauseElsewhere, random))
    }
    if (hasTelephone)
      for (const [from, until] of [
        [7 * 60, 9 * 60],
        [12 * 60, 14 * 60],
        [18 * 60, 22 * 60],
      ] as const) {
        const at = midnight + from + random.upTo(until - from)
        telephone.push(...stay(at, at + 5, 1, given.pauseElsewhere, random))
      }
  }
  const inOrder = (uses: Use[]) => uses.sort((a, b) => a.at - b.at)
  return hasTelephone ? [inOrder(main), inOrder(telephone)] : [inOrder(main)]
}

/** Comes with all tabs, and uses one after that. */
function stay(from: number, until: number, tabs: number, pause: number, random: Random): Use[] {
  const uses: Use[] = [{ at: from, tabs }]
  for (let at = from + random.pause(pause); at < until; at += random.pause(pause)) uses.push({ at, tabs: 1 })
  return uses
}

type Counts = Record<'signIns' | 'refreshes' | 'requests' | 'changes', number[]>

/** The life of the sessions of one device, as its gateway and its auth server have them. */
function use(uses: readonly Use[], given: DayAssumptions, counts: Counts): void {
  const today = (at: number) => Math.floor(at) - MINUTES
  const count = (what: number[], at: number, by: number) => {
    const minute = today(at)
    if (minute >= 0 && minute < MINUTES) what[minute] = (what[minute] ?? 0) + by
  }
  let began: number | undefined
  let tokenEnds = 0
  let idleEnds = 0
  const live = (from: number, until: number) => {
    if (today(until) <= 0) return
    count(counts.changes, Math.max(from, MINUTES), 1)
    count(counts.changes, until, -1)
  }
  for (const { at, tabs } of uses) {
    count(counts.requests, at, tabs)
    if (began === undefined || at >= idleEnds) {
      if (began !== undefined) live(began, idleEnds)
      began = at
      count(counts.signIns, at, 1)
    } else if (at >= tokenEnds - given.renewBeforeMinutes) count(counts.refreshes, at, met(tabs, given))
    else continue
    tokenEnds = at + given.accessTokenMinutes
    idleEnds = at + given.idleMinutes
  }
  if (began !== undefined) live(began, idleEnds)
}

/** How many gateways the tabs meet that load together, on average. */
function met(tabs: number, { gateways }: DayAssumptions): number {
  return gateways * (1 - (1 - 1 / gateways) ** tabs)
}
