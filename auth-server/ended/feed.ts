import type { EndedReading, EndedStore } from '../store/store.ts'

/** The sessions that have ended lately, for many readers at a time. */
export interface EndedFeed {
  read(cursor: string | undefined): Promise<EndedReading>
  /**
   * The ends after a cursor, as soon as there are any; nothing when that takes longer than `patience` ms, or when `signal` is
   * aborted. A cursor that is unknown is answered at once.
   */
  next(cursor: string, patience: number, signal: AbortSignal): Promise<EndedReading>
}

/** A word of the store may be lost, so it is asked so often in any case while somebody waits, once for all of them. */
const LOOK_EVERY_MS = 1_000
/** Long polls come and go; the store's word is listened to for so long after the last. */
const LINGER_MS = 30_000

/** @param within - milliseconds that an ending is told for */
export function createEndedFeed(store: EndedStore, within: number): EndedFeed {
  const waiting = new Set<() => void>()
  let listening: { stop(): void } | undefined
  let leave: NodeJS.Timeout | undefined

  function wake(): void {
    for (const go of [...waiting]) go()
  }

  function listen(): { stop(): void } {
    let last: string | undefined
    let looking = false
    const look = async () => {
      if (looking || waiting.size === 0) return
      looking = true
      try {
        const { cursor, entries } = await store.since(last, within)
        if (entries.length > 0) wake()
        last = cursor
      } catch {
        // Those who wait are told when they ask.
      } finally {
        looking = false
      }
    }
    const unwatch = store.watch(wake)
    const timer = setInterval(look, LOOK_EVERY_MS).unref()
    return {
      stop() {
        clearInterval(timer)
        unwatch()
      },
    }
  }

  /** Begins to wait; the answer resolves at the next word of the store, or after so many milliseconds. */
  function turn(signal: AbortSignal) {
    let go: () => void = () => {}
    const word = new Promise<void>((resolve) => {
      go = resolve
    })
    waiting.add(go)
    signal.addEventListener('abort', go)
    return {
      async wait(patience: number) {
        const timer = setTimeout(go, patience).unref()
        await word
        clearTimeout(timer)
      },
      end() {
        waiting.delete(go)
        signal.removeEventListener('abort', go)
      },
    }
  }

  return {
    read: (cursor) => store.since(cursor, within),
    async next(from, patience, signal) {
      clearTimeout(leave)
      listening ??= listen()
      const deadline = performance.now() + patience
      try {
        for (let cursor = from; ; ) {
          // Before the reading: what ends after it must not go unheard.
          const mine = turn(signal)
          try {
            const found = await store.since(cursor, within)
            const left = deadline - performance.now()
            if (found.complete || found.entries.length > 0 || left <= 0 || signal.aborted) return found
            cursor = found.cursor
            await mine.wait(left)
          } finally {
            mine.end()
          }
        }
      } finally {
        if (waiting.size === 0)
          leave = setTimeout(() => {
            listening?.stop()
            listening = undefined
          }, LINGER_MS).unref()
      }
    },
  }
}
