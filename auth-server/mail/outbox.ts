import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../observe/logger.ts'

/** Work that goes on after its request was answered: its time tells nobody whether there is an account. */
export interface Outbox {
  /** False when too much waits already: nothing is taken. */
  later(job: () => Promise<void>): boolean
  /** Runs it again after a pause when it fails, some times. */
  persist<T>(run: () => Promise<T>): Promise<T>
  /** Whether there is work to do. */
  isBusy(): boolean
  /** Resolves once nothing waits any more. Pauses between tries end at once. */
  close(): Promise<void>
}

const MOST_WAITING = 1000
const AT_ONCE = 4
const PAUSES_MS = [1_000, 10_000]

/** @param pauses - milliseconds before each further try */
export function createOutbox(logger: Logger, pauses: readonly number[] = PAUSES_MS): Outbox {
  const closing = new AbortController()
  const waiting: (() => Promise<void>)[] = []
  let running = 0
  let idle: (() => void)[] = []

  async function attempt(job: () => Promise<void>): Promise<void> {
    try {
      await job()
    } catch (err) {
      logger.error({ err }, 'a mail was given up')
    }
  }

  async function work(): Promise<void> {
    running++
    for (let job = waiting.shift(); job; job = waiting.shift()) await attempt(job)
    running--
    if (running > 0) return
    for (const tell of idle) tell()
    idle = []
  }

  return {
    later(job) {
      if (waiting.length >= MOST_WAITING) return false
      waiting.push(job)
      // Not in this turn of the event loop: the answer goes out first.
      if (running < AT_ONCE) setImmediate(() => void work())
      return true
    },
    async persist(run) {
      for (const pause of pauses) {
        try {
          return await run()
        } catch (err) {
          if (closing.signal.aborted) throw err
          logger.warn({ err }, 'a mail could not be sent')
          await delay(pause, undefined, { signal: closing.signal }).catch(() => {})
        }
      }
      return await run()
    },
    isBusy: () => running > 0 || waiting.length > 0,
    async close() {
      closing.abort()
      // A message that was taken in this turn of the event loop begins in the next.
      await new Promise((resolve) => setImmediate(resolve))
      if (running > 0) await new Promise<void>((resolve) => idle.push(resolve))
    },
  }
}
