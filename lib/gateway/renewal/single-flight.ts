import type { Clock } from '../options.ts'

/** How long an answer is remembered after its flight, for stragglers that still carry the old refresh token. */
const MEMORY = 10_000
const MAX_REMEMBERED = 10_000

type Flight<Result> = {
  readonly promise: Promise<Result>
  settled: { readonly at: number; readonly result: Result } | null
}

/**
 * Single flight with a short memory: calls for the same key share one run of `task`, and for ten seconds after it
 * its result. A result that `isWorthRemembering` refuses, now or later, is forgotten, so that the next call tries again.
 */
export function createSingleFlight<Result>(
  clock: Clock,
  isWorthRemembering: (result: Result, key: string) => boolean,
) {
  const flights = new Map<string, Flight<Result>>()

  function forgetOld(): void {
    const now = clock()
    for (const [key, flight] of flights) {
      if (!flight.settled) continue
      const old = Math.abs(now - flight.settled.at) > MEMORY
      if (!old && flights.size <= MAX_REMEMBERED) break
      flights.delete(key)
    }
  }

  /** The result that is remembered for a key. */
  function recall(key: string): Result | undefined {
    return flights.get(key)?.settled?.result
  }

  function share(key: string, task: () => Promise<Result>): Promise<Result> {
    forgetOld()
    const known = flights.get(key)
    if (known && (!known.settled || isWorthRemembering(known.settled.result, key))) return known.promise
    const flight: Flight<Result> = { promise: task(), settled: null }
    flights.set(key, flight)
    flight.promise.then(
      (result) => {
        flight.settled = { at: clock(), result }
        // Settled flights go to the end of the map, which keeps it ordered by age.
        flights.delete(key)
        if (isWorthRemembering(result, key)) flights.set(key, flight)
      },
      () => flights.delete(key),
    )
    return flight.promise
  }

  return { recall, share }
}
