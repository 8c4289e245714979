import type { Chance } from 'evergate/testing'
import { seededRandom } from 'evergate/testing'
import type { StormOptions } from './options.ts'

/** The request of one tab. */
export type Ask = {
  readonly kind: 'open' | 'navigate' | 'prefetch' | 'api'
  readonly path: string
  /** Which gateway a load balancer picks, if it is up. */
  readonly gateway: number
}

/** A visitor turns up and loads something in several tabs at once. */
export type Visit = { readonly visitor: number; readonly asks: readonly Ask[] }

/** A process is killed, and started again a while later. Milliseconds from the start. */
export type Kill = {
  readonly part: 'gateway' | 'auth server'
  readonly index: number
  readonly at: number
  readonly downFor: number
}

type Random = () => number
const below = (random: Random, end: number) => Math.floor(random() * end)

// Each of the schedules draws from a generator of its own, so that one can change without the others.
const STREAMS = { visits: 1, kills: 2, front: 1_000, back: 2_000, attacks: 3, thefts: 3_000 } as const

/** A seed of its own for each stream of chance. */
export const seedFor = (seed: number, stream: keyof typeof STREAMS, index = 0) =>
  seed * 7919 + STREAMS[stream] + index

/** The visitors in their order, each with a task: without end. */
export function* visits({ seed, sessions, tabs, gateways }: StormOptions): Generator<Visit, never> {
  const random = seededRandom(seedFor(seed, 'visits'))
  for (;;) {
    // Few tabs are much more frequent than many.
    const count = 1 + Math.floor(random() ** 3 * tabs)
    yield {
      visitor: below(random, sessions),
      asks: Array.from({ length: Math.min(count, tabs) }, () => ({
        ...drawAsk(random),
        gateway: below(random, gateways),
      })),
    }
  }
}

const ASKS: readonly (readonly [number, Omit<Ask, 'gateway'>])[] = [
  [0.25, { kind: 'open', path: '/dashboard' }],
  [0.05, { kind: 'open', path: '/me' }],
  [0.2, { kind: 'navigate', path: '/dashboard' }],
  [0.1, { kind: 'prefetch', path: '/dashboard' }],
  [0.4, { kind: 'api', path: '/api/session' }],
]
const LAST_ASK: Omit<Ask, 'gateway'> = { kind: 'api', path: '/api/session' }

function drawAsk(random: Random): Omit<Ask, 'gateway'> {
  let left = random()
  for (const [share, ask] of ASKS) {
    left -= share
    if (left < 0) return ask
  }
  return LAST_ASK
}

const FIRST_KILL = 2_000
const KILL_EVERY = { least: 3_500, most: 6_000 }
const DOWN_FOR = { least: 200, most: 900 }
/** The last process to be killed is up again before the storm ends. */
const CALM_END = 3_000

/** Which processes die when: one at a time, gateways and auth servers in turn. */
export function kills({ seed, seconds, gateways, auth }: StormOptions): readonly Kill[] {
  const random = seededRandom(seedFor(seed, 'kills'))
  const between = ({ least, most }: { least: number; most: number }) =>
    Math.round(least + random() * (most - least))
  const planned: Kill[] = []
  for (let at = FIRST_KILL; at <= seconds * 1000 - CALM_END; at += between(KILL_EVERY)) {
    const part = planned.length % 2 === 0 ? 'auth server' : 'gateway'
    const index = below(random, part === 'gateway' ? gateways : auth)
    planned.push({ part, index, at, downFor: between(DOWN_FOR) })
  }
  return planned
}

/** Faults between the browsers and a gateway. */
export const FRONT_FAULTS: readonly Chance[] = [
  { chance: 0.06, fault: { kind: 'delay', milliseconds: 150 } },
  { chance: 0.02, fault: { kind: 'reset' } },
  { chance: 0.03, fault: { kind: 'cut' } },
  { chance: 0.01, fault: { kind: 'cut', afterBytes: 300 } },
  { chance: 0.005, fault: { kind: 'swallow' } },
  { chance: 0.005, fault: { kind: 'black-hole' } },
  { chance: 0.01, fault: { kind: 'throttle', bytesPerSecond: 60_000 } },
  { chance: 0.01, fault: { kind: 'status', status: 502 } },
]

/** Faults between a gateway and the auth servers. */
export const BACK_FAULTS: readonly Chance[] = [
  { chance: 0.05, fault: { kind: 'delay', milliseconds: 50 } },
  { chance: 0.02, fault: { kind: 'delay', milliseconds: 400 } },
  { chance: 0.03, fault: { kind: 'reset' } },
  { chance: 0.05, fault: { kind: 'cut' } },
  { chance: 0.01, fault: { kind: 'cut', afterBytes: 200 } },
  { chance: 0.01, fault: { kind: 'swallow' } },
  { chance: 0.01, fault: { kind: 'black-hole' } },
  { chance: 0.03, fault: { kind: 'status', status: 503 } },
  { chance: 0.02, fault: { kind: 'garbage' } },
]
