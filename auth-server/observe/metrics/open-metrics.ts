import { listen } from '../../server/server.ts'
import type { Store } from '../../store/store.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from './metrics.ts'
import { createMetricsApp } from './metrics-routes.ts'

/** Where metrics are. */
export type MetricsSettings =
  /** Without a token the port is opened on the loopback address alone. */
  | { readonly at: 'own-port'; readonly port: number; readonly token: string | undefined }
  | { readonly at: 'main-port'; readonly token: string }

/** Metrics, and what they are of. */
export interface OpenedMetrics {
  readonly metrics: Metrics
  /** The same store, measured. */
  readonly store: Store
  /** Their own port; undefined when they are on the main one. */
  readonly port: number | undefined
  stop(): Promise<void>
}

/**
 * Begins to count, and opens the port for metrics if they have one. Nothing of it is loaded by a server without them.
 *
 * @param host - where a port that asks for a token listens
 * @throws the system's error, `code` `EADDRINUSE` when the port is taken
 */
export async function openMetrics(
  settings: MetricsSettings,
  bare: Store,
  host: string,
  logger: Logger,
): Promise<OpenedMetrics> {
  const { createMetrics } = await import('./metrics.ts')
  const metrics = createMetrics()
  const store = metrics.watchStore(bare)
  if (settings.at === 'main-port') return { metrics, store, port: undefined, stop: async () => {} }
  const { port, token } = settings
  const app = createMetricsApp(metrics, token, logger)
  return { metrics, store, ...(await listen(app, port, token === undefined ? '127.0.0.1' : host)) }
}
