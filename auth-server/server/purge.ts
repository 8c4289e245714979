import { createWarningLogger, type Logger } from '../observe/logger.ts'
import type { Store } from '../store/store.ts'

const EVERY_MS = 10 * 60_000
/** Dead sessions are kept for a week, so that a late visitor is told the true reason, and a clock error undoes nothing. */
const KEEP_MS = 7 * 24 * 3_600_000

/**
 * Deletes long-dead sessions and forgotten counters now and then; answers how to stop it. Never keeps the process alive.
 *
 * @param logger - default: warnings and errors on standard error
 */
export function purgePeriodically(
  store: Pick<Store, 'sessions' | 'counters' | 'links' | 'factors'>,
  logger: Logger = createWarningLogger(),
): () => void {
  let running = false
  const timer = setInterval(async () => {
    if (running) return
    running = true
    try {
      const count = await purge(store)
      if (count > 0) logger.info({ count }, 'purged dead sessions and counters')
    } catch (error) {
      logger.warn({ err: error }, 'purging failed')
    } finally {
      running = false
    }
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** Deletes in batches, so that no write holds the store for long; answers how many went. */
export async function purge(
  { sessions, counters, links, factors }: Pick<Store, 'sessions' | 'counters' | 'links' | 'factors'>,
  batch = 500,
): Promise<number> {
  const dead = await inBatches(batch, () => sessions.purge(KEEP_MS, batch))
  const forgotten = await inBatches(batch, () => counters.purge(batch))
  const over = await inBatches(batch, () => links.purge(batch))
  return dead + forgotten + over + (await inBatches(batch, () => factors.purge(batch)))
}

async function inBatches(batch: number, deleteSome: () => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const count = await deleteSome()
    total += count
    if (count < batch) return total
  }
}
