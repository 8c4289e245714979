import type { Clock } from '../platform.ts'
import { createBoundedMap } from './bounded-map.ts'

/** The treatment of results. */
export type Remembering<Result> = {
  /** Milliseconds for which a result is remembered. 0: it is forgotten. */
  readonly lifeOf: (result: Result) => number
  /** Bytes that a result takes, about. */
  readonly sizeOf: (result: Result) => number
  /** Whether a remembered result can still be used. */
  readonly isGood: (result: Result) => boolean
}

type Landed<Result> = { readonly result: Result; readonly at: number; readonly life: number }

const MAX_REMEMBERED = 10_000
const MAX_BYTES = 16_777_216

/**
 * Single flight with a short memory: calls for the same key share one run of `task`, and for a while after it its result.
 * Keys should be short, because anybody may cause them.
 */
export function createSingleFlight<Result>(clock: Clock, { lifeOf, sizeOf, isGood }: Remembering<Result>) {
  const running = new Map<string, Promise<Result>>()
  const landed = createBoundedMap<Landed<Result>>(MAX_REMEMBERED, MAX_BYTES)

  const isOld = ({ at, life }: Landed<Result>) => Math.abs(clock() - at) > life

  /** The result that is remembered for a key. */
  function recall(key: string): Result | undefined {
    const known = landed.get(key)
    return known && !isOld(known) ? known.result : undefined
  }

  function share(key: string, task: () => Promise<Result>): Promise<Result> {
    landed.dropWhile(isOld)
    const known = recall(key)
    if (known !== undefined && isGood(known)) return Promise.resolve(known)
    const shared = running.get(key)
    if (shared) return shared
    const flight = task()
    running.set(key, flight)
    flight.then(
      (result) => {
        running.delete(key)
        const life = lifeOf(result)
        if (life > 0) landed.set(key, { result, at: clock(), life }, sizeOf(result))
        else landed.delete(key)
      },
      () => running.delete(key),
    )
    return flight
  }

  return { recall, share }
}
