import { setTimeout as delay } from 'node:timers/promises'

/** How long a start waits for a database that is itself just starting. */
const START_PATIENCE_MS = 5_000

/**
 * Tries again, with back-off, for as long as the store is merely not there yet: in a container set-up everything
 * starts at once. A fault that waiting cannot mend is thrown at once.
 */
export async function whileStarting<T>(
  attempt: () => Promise<T>,
  isTransient: (error: unknown) => boolean,
  patience = START_PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + patience
  for (let pause = 50; ; pause = Math.min(pause * 2, 1000)) {
    try {
      return await attempt()
    } catch (error) {
      if (!isTransient(error) || performance.now() + pause > deadline) throw error
      await delay(pause)
    }
  }
}
