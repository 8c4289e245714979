import type { RequestListener } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/** The parts that a function serves requests with, once its store is open. */
export interface Opened {
  readonly app: RequestListener
  /** Asks the store for an answer. */
  ping(): Promise<void>
}

/** Between two requests of a busy function nothing has been frozen. */
const AWAKE_MS = 1_000
/** As long as any call to the store may take. */
const PATIENCE_MS = 2_000
const PAUSE_MS = 50

/**
 * A request listener for platforms that start it with the first request and freeze it between two: the store is opened
 * once, and again with the next request when that failed; after a pause it is asked whether it still answers, so that a
 * connection that died in the meantime is replaced before a visitor's call meets it.
 *
 * @param open - opens the store and makes the app
 * @param clock - milliseconds, also running while the process is frozen
 */
export function createFunction(open: () => Promise<Opened>, clock: () => number): RequestListener {
  let opening: Promise<Opened> | undefined
  let lastSeen = Number.NEGATIVE_INFINITY
  let waking: Promise<void> | undefined

  function opened(): Promise<Opened> {
    opening ??= open().catch((error) => {
      opening = undefined
      throw error
    })
    return opening
  }

  /** All requests that come after one pause wait for the same answer. */
  async function wake({ ping }: Opened): Promise<void> {
    if (!waking && clock() - lastSeen < AWAKE_MS) return
    waking ??= untilAnswered(ping, clock).finally(() => {
      waking = undefined
    })
    await waking
  }

  return async (request, response) => {
    try {
      const served = await opened()
      await wake(served)
      lastSeen = clock()
      served.app(request, response)
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error))
      const body = {
        error: 'temporarily_unavailable',
        error_description: 'The store cannot be reached just now.',
      }
      response.writeHead(503, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'retry-after': '1',
      })
      response.end(JSON.stringify(body))
    }
  }
}

/** Gives up in silence: what is still wrong then, the app says itself. */
async function untilAnswered(ping: () => Promise<void>, clock: () => number): Promise<void> {
  const deadline = clock() + PATIENCE_MS
  while (clock() < deadline) {
    if (
      await ping().then(
        () => true,
        () => false,
      )
    )
      return
    await delay(PAUSE_MS)
  }
}
