import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../observe/logger.ts'

/** Work that goes on after its request was answered: its time tells nobody whether there is an account. */
export interface Outbox {
  /** False when too much waits already: nothing is taken. */
  later(job: () => Promise<void>): boolean
  /**
   * Does what only some addresses cause, such as a mail to somebody with an account, at a moment of chance within a second. Right after the
   * answer it would hold up other requests, and so tell of the account.
   */
  sometime(job: () => Promise<void>): void
  /** Runs it again after a pause when it fails, some times. */
  persist<T>(run: () => Promise<T>): Promise<T>
  /** Whether there is work to do. */
  isBusy(): boolean
  /** Resolves once nothing waits any more. Pauses end at once. */
  close(): Promise<void>
}

const MOST_WAITING = 1000
const AT_ONCE = 4

/** How long an outbox waits. */
export interface Waits {
  /** Milliseconds before each further try. */
  readonly pauses: readonly number[]
  /** Milliseconds over which {@link Outbox.sometime} spreads. */
  readonly spread: number
}

const WAITS: Waits = { pauses: [1_000, 10_000], spread: 1_000 }

export function createOutbox(logger: Logger, { pauses, spread }: Waits = WAITS): Outbox {
  const closing = new AbortController()
  const waiting: (() => Promise<void>)[] = []
  let putOff = 0
  let running = 0
  let idle: (() => void)[] = []

  const pause = (ms: number) => delay(ms, undefined, { signal: closing.signal }).catch(() => {})

  async function attempt(job: () => Promise<void>): Promise<void> {
    try {
      await job()
    } catch (err) {
      logger.error({ err }, 'a mail was given up')
    }
  }

  const isBusy = () => running > 0 || waiting.length > 0 || putOff > 0

  async function work(): Promise<void> {
    running++
    for (let job = waiting.shift(); job; job = waiting.shift()) await attempt(job)
    running--
    if (isBusy()) return
    for (const tell of idle) tell()
    idle = []
  }

  function take(job: () => Promise<void>): void {
    waiting.push(job)
    // Not in this turn of the event loop: the answer goes out first.
    if (running < AT_ONCE) setImmediate(() => void work())
  }

  return {
    later(job) {
      if (waiting.length + putOff >= MOST_WAITING) return false
      take(job)
      return true
    },
    sometime(job) {
      putOff++
      void pause(randomInt(spread + 1)).then(() => {
        putOff--
        take(job)
      })
    },
    async persist(run) {
      for (const ms of pauses) {
        try {
          return await run()
        } catch (err) {
          if (closing.signal.aborted) throw err
          logger.warn({ err }, 'a mail could not be sent')
          await pause(ms)
        }
      }
      return await run()
    },
    isBusy,
    async close() {
      closing.abort()
      if (isBusy()) await new Promise<void>((resolve) => idle.push(resolve))
    },
  }
}
