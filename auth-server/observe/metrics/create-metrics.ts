import type { RequestHandler } from 'express'
import type { Store } from '../../store/store.ts'
import type { EventHandler } from '../audit.ts'
import { metricsAnswer } from './metrics-routes.ts'

/** Metrics for Prometheus, in an app that the auth server is a part of. */
export interface AuthMetrics {
  /** Counts events: the `onEvent` of `createAuthRouter`, or called from yours. */
  readonly onEvent: EventHandler
  /** The same store, measured, and asked at each scrape whether it can be written. Once only. */
  watchStore(store: Store): Store
  /** Answers a scrape. It asks nobody who they are: keep strangers away from it. */
  readonly handler: RequestHandler
}

/**
 * Counts what happens to people and their sessions, and measures the store, in Prometheus' format and a registry of its own. Durations of
 * requests are not among it: those are your app's.
 *
 * @example
 * import express from 'express'
 *
 * const metrics = await createMetrics()
 * const store = metrics.watchStore(await openStore('postgres://…'))
 * const auth = createAuthRouter({ store, keys, onEvent: metrics.onEvent })
 * const own = express().get('/metrics', metrics.handler)
 * own.listen(9464, '127.0.0.1') // and not where everybody asks
 */
export async function createMetrics(): Promise<AuthMetrics> {
  const metrics = (await import('./metrics.ts')).createMetrics()
  const { onEvent, watchStore } = metrics
  return { onEvent, watchStore, handler: metricsAnswer(metrics) }
}
