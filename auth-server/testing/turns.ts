import type { RequestStore } from '../store/store.ts'

/** Puts the store calls of several parties in an order that was decided beforehand, one at a time. */
export interface Turns {
  /** The store as one party sees it: every call waits for a turn of theirs. */
  viewOf<S extends RequestStore>(party: string, store: S): S
  /** The others do not wait for this party any more. */
  finished(party: string): void
}

/** @param order - whose turn it is, call by call; after the last one everybody goes as they come */
export function takeTurns(order: readonly string[]): Turns {
  let left = [...order]
  let busy = false
  const waiting: { party: string; go: () => void }[] = []

  function next() {
    if (busy) return
    const index = left.length === 0 ? 0 : waiting.findIndex(({ party }) => party === left[0])
    const [chosen] = index < 0 ? [] : waiting.splice(index, 1)
    if (!chosen) return
    busy = true
    left.shift()
    chosen.go()
  }

  const inTurn = <T extends object>(party: string, methods: T): T =>
    new Proxy(methods, {
      get:
        (target, name) =>
        async (...args: unknown[]) => {
          await new Promise<void>((go) => {
            waiting.push({ party, go })
            next()
          })
          try {
            return await (Reflect.get(target, name) as (...args: unknown[]) => unknown)(...args)
          } finally {
            busy = false
            next()
          }
        },
    })

  return {
    viewOf: (party, store) => ({
      ...store,
      users: inTurn(party, store.users),
      sessions: inTurn(party, store.sessions),
    }),
    finished(party) {
      left = left.filter((each) => each !== party)
      next()
    },
  }
}

/** Every way in which so many calls of one party can fall between so many of another. */
export function interleavings(a: string, times: number, b: string, otherTimes: number): string[][] {
  if (times === 0) return [Array(otherTimes).fill(b)]
  if (otherTimes === 0) return [Array(times).fill(a)]
  return [
    ...interleavings(a, times - 1, b, otherTimes).map((rest) => [a, ...rest]),
    ...interleavings(a, times, b, otherTimes - 1).map((rest) => [b, ...rest]),
  ]
}
