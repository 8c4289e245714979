/** A time in milliseconds since 1970, as `Date.now` tells it. */
export type Clock = {
  (): number
  /** The same time in seconds, as tokens tell it. */
  seconds(): number
}

/** A clock that stands still until it is told to move. */
export type ManualClock = Clock & {
  advance(milliseconds: number): void
  /** The clock of another machine, so many milliseconds ahead of this one (negative: behind). It moves along. */
  skewedBy(milliseconds: number): Clock
}

const START = Date.UTC(2030, 0, 1)

/**
 * Makes a clock for the `clock` option of a gateway or an auth server.
 *
 * @param start - milliseconds since 1970; the first second of 2030 unless given
 * @example
 * const clock = manualClock()
 * const gateway = createSessionGateway({ remoteApi, keys, clock: clock.skewedBy(60_000) })
 * clock.advance(900_000)
 */
export function manualClock(start = START): ManualClock {
  let now = start
  const seenWith = (skew: number): Clock =>
    Object.assign(() => now + skew, { seconds: () => (now + skew) / 1000 })
  return Object.assign(seenWith(0), {
    advance(milliseconds: number) {
      now += milliseconds
    },
    skewedBy: seenWith,
  })
}
