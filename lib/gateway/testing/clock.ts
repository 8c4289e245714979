/** A clock that stands still until it is told to move. Milliseconds. */
export type ManualClock = {
  (): number
  advance(milliseconds: number): void
  /** The time in seconds, as tokens tell it. */
  seconds(): number
}

const START = Date.UTC(2030, 0, 1)

export function manualClock(start = START): ManualClock {
  let now = start
  return Object.assign(() => now, {
    advance(milliseconds: number) {
      now += milliseconds
    },
    seconds: () => now / 1000,
  })
}
