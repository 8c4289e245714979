import type { Clock } from './options.ts'

/** How long an answer is remembered after its flight, for stragglers that still carry the old refresh token. */
const MEMORY = 10_000
const MAX_REMEMBERED = 10_000

type Flight<Result> = { readonly promise: Promise<Result>; settledAt: number }

/**
 * Single flight with a short memory: calls for the same key share one run of `task`, and for ten seconds after it
 * its result. Results that `isWorthRemembering` refuses are forgotten at once, so that the next call tries again.
 */
export function createSingleFlight<Result>(clock: Clock, isWorthRemembering: (result: Result) => boolean) {
  const flights = new Map<string, Flight<Result>>()

  function forgetOld(): void {
    const now = clock()
    for (const [key, flight] of flights) {
      if (flight.settledAt === Number.POSITIVE_INFINITY) continue
      const old = Math.abs(now - flight.settledAt) > MEMORY
      if (!old && flights.size <= MAX_REMEMBERED) break
      flights.delete(key)
    }
  }

  return function share(key: string, task: () => Promise<Result>): Promise<Result> {
    forgetOld()
    const known = flights.get(key)
    if (known) return known.promise
    const flight: Flight<Result> = { promise: task(), settledAt: Number.POSITIVE_INFINITY }
    flights.set(key, flight)
    flight.promise.then(
      (result) => {
        flight.settledAt = clock()
        // Settled flights go to the end of the map, which keeps it ordered by age.
        flights.delete(key)
        if (isWorthRemembering(result)) flights.set(key, flight)
      },
      () => flights.delete(key),
    )
    return flight.promise
  }
}
