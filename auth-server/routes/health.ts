import type { Express, RequestHandler } from 'express'
import { temporarilyUnavailable } from '../errors.ts'
import { route } from '../http.ts'
import type { Services } from '../services.ts'
import type { Store } from '../store/store.ts'

/** `GET /livez`: the process answers. `GET /readyz`: it can do its work, which takes a store that can be written. */
export function healthRoutes(app: Express, { store, logger }: Services): void {
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

  route(app, '/livez', { get: [livez] })
  route(app, '/readyz', { get: [readyz] })
}

/** Each ping is a write to the disk; anybody may ask, so nobody can make it many. */
function atMostOncePerSecond(store: Store): () => Promise<void> {
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
