import type { Logger } from './logger.ts'
import type { SessionStore } from './store/store.ts'

const EVERY_MS = 10 * 60_000
/** Dead sessions are kept for a week, so that a late visitor is told the true reason, and a clock error undoes nothing. */
const KEEP_MS = 7 * 24 * 3_600_000

/** Deletes long-dead sessions now and then; answers how to stop it. Never keeps the process alive. */
export function purgePeriodically(sessions: SessionStore, logger: Logger): () => void {
  let running = false
  const timer = setInterval(async () => {
    if (running) return
    running = true
    try {
      const count = await purge(sessions)
      if (count > 0) logger.info({ count }, 'purged dead sessions')
    } catch (error) {
      logger.warn({ err: error }, 'purging dead sessions failed')
    } finally {
      running = false
    }
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** Deletes in batches, so that no write holds the store for long; answers how many sessions went. */
export async function purge(sessions: SessionStore, batch = 500): Promise<number> {
  for (let total = 0; ; ) {
    const count = await sessions.purge(KEEP_MS, batch)
    total += count
    if (count < batch) return total
  }
}
