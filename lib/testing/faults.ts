import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** A request that came to the proxy. */
export type ProxiedRequest = {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** The treatment of one request by a {@link FaultProxy}. */
export type Fault =
  /** Nothing: request and answer pass as they are. */
  | { readonly kind: 'pass' }
  /** The request is passed on so much later. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The connection is reset; the target never hears of the request. */
  | { readonly kind: 'reset' }
  /** No answer ever comes, and the target never hears of the request: a network that is gone without a word. */
  | { readonly kind: 'black-hole' }
  /** The target answers, then the connection ends after so many bytes of the answer (default 0: it is all lost). */
  | { readonly kind: 'cut'; readonly afterBytes?: number }
  /** The target answers, but its answer never comes and the connection stays open. */
  | { readonly kind: 'swallow' }
  /** The answer trickles. */
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }
  /** An answer with this status in the target's place, which never hears of the request. */
  | { readonly kind: 'status'; readonly status: number }
  /** Bytes that are not HTTP in the target's place. */
  | { readonly kind: 'garbage' }

/** The name of a {@link Fault}. */
export type FaultKind = Fault['kind']

/**
 * Random numbers from 0 up to 1, the same ones in the same order for the same seed (xoroshiro128+).
 *
 * @param seed - a whole number
 */
export function seededRandom(seed: number): () => number {
  const generator = xoroshiro128plus(seed)
  return () => uniformFloat64(generator)
}

/** A fault, and how likely it is to meet a request: a number from 0 to 1. */
export type Chance = { readonly chance: number; readonly fault: Fault }

/**
 * Faults by chance, the same ones in the same order for the same seed: the n-th call decides about the n-th request.
 * The rest of the chances passes.
 *
 * @throws {RangeError} when the chances are negative or come to more than 1
 * @example
 * proxy.always(seededFaults({ seed: 7, chances: [{ chance: 0.1, fault: { kind: 'cut' } }] }))
 */
export function seededFaults(plan: { seed: number; chances: readonly Chance[] }): () => Fault {
  const total = plan.chances.reduce((sum, { chance }) => sum + chance, 0)
  if (total > 1 || plan.chances.some(({ chance }) => !(chance >= 0))) {
    throw new RangeError('chances must be numbers from 0 to 1 that come to 1 at most')
  }
  const random = seededRandom(plan.seed)
  return () => {
    let left = random()
    for (const { chance, fault } of plan.chances) {
      left -= chance
      if (left < 0) return fault
    }
    return { kind: 'pass' }
  }
}
