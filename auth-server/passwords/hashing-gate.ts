import { availableParallelism } from 'node:os'

/** Too many passwords wait to be hashed already: come back in a moment. */
export class BusyError extends Error {
  override readonly name = 'BusyError'
  readonly code = 'server_busy'

  constructor() {
    super('Too many passwords wait to be checked.')
  }
}

/** Lets so much work run at the same time, and so much wait for it. */
export interface Gate {
  /**
   * Runs the work once its turn has come; first come, first served.
   *
   * @throws BusyError at once when too many wait
   */
  run<T>(work: () => Promise<T>): Promise<T>
}

/**
 * @param atOnce - how many run at the same time
 * @param waiting - how many may wait beside them
 */
export function createGate(atOnce: number, waiting: number): Gate {
  let free = atOnce
  const queue: (() => void)[] = []

  /** A place that becomes free goes to the next in line. */
  function leave(): void {
    const next = queue.shift()
    if (next) next()
    else free++
  }

  return {
    async run(work) {
      if (free > 0) free--
      else if (queue.length >= waiting) throw new BusyError()
      else await new Promise<void>((resolve) => queue.push(resolve))
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}

/** About a second of work on a slow core. */
const WAITING_PER_PLACE = 40

/**
 * The gate that all hashing of this process goes through. Argon2 and the signatures of access tokens run on the same threads of
 * libuv (`UV_THREADPOOL_SIZE`, 4 by default) and the same cores: of both, one is left to the signatures.
 */
export function createHashingGate(
  cores = availableParallelism(),
  threads = Number(process.env.UV_THREADPOOL_SIZE) || 4,
): Gate {
  const atOnce = Math.max(1, Math.min(cores, threads) - 1)
  return createGate(atOnce, atOnce * WAITING_PER_PLACE)
}
