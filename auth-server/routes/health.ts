import type { RequestHandler } from 'express'
import type { Endpoint } from '../http/endpoint.ts'
import { temporarilyUnavailable } from '../http/errors.ts'
import type { Logger } from '../observe/logger.ts'
import type { RequestStore } from '../store/store.ts'

/** The parts that these routes work with. */
export interface HealthParts {
  readonly store: Pick<RequestStore, 'ping'>
  readonly logger: Logger
}

/** `GET /livez`: the process answers. `GET /readyz`: it can do its work, which takes a store that can be written. */
export function healthRoutes({ store, logger }: HealthParts): Endpoint[] {
  const ping = atMostOncePerSecond(store)

  const livez: RequestHandler = (_req, res) => {
    res.json({ status: 'ok' })
  }
  const readyz: RequestHandler = async (_req, res) => {
    try {
      await ping()
    } catch (error) {
      logger.warn({ err: error }, 'not ready')
      throw temporarilyUnavailable('Not ready: store.', { notReady: ['store'] })
    }
    res.json({ status: 'ready' })
  }

  return [
    { name: 'livez', method: 'get', path: '/livez', handlers: [livez] },
    { name: 'readyz', method: 'get', path: '/readyz', handlers: [readyz] },
  ]
}

/** Each ping is a write to the disk; anybody may ask, so nobody can make it many. */
function atMostOncePerSecond(store: HealthParts['store']): () => Promise<void> {
  let asked = Number.NEGATIVE_INFINITY
  let answer: Promise<void> = Promise.resolve()
  return () => {
    const now = performance.now()
    if (now - asked >= 1000) {
      asked = now
      answer = store.ping()
    }
    return answer
  }
}
