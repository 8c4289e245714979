import type { RequestHandler } from 'express'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { errorCodeOf } from '../../http/answer-errors.ts'
import type { RouteName } from '../../http/endpoint.ts'
import type { Store } from '../../store/store.ts'
import { watchStore } from '../../store/watch-store.ts'
import type { EventHandler } from '../audit.ts'
import { countingEvents } from './event-counters.ts'

/** Counters and measures of the auth server. */
export interface Metrics {
  readonly onEvent: EventHandler
  /** Comes before everything else that a route does. */
  watchRequests(route: RouteName): RequestHandler
  /** The same store, measured; asked at each scrape whether it can be written. */
  watchStore(store: Store): Store
  /** Media type of {@link text}. */
  readonly contentType: string
  /** Everything, in Prometheus' text format. */
  text(): Promise<string>
}

/** From the fastest renewal on SQLite to the longest that a gateway waits (`REFRESH_TIMEOUT`), and beyond. */
const REQUEST_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const STORE_BUCKETS_S = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5]
const STATUSES = ['2xx', '4xx', '5xx'] as const

/** Metrics in a registry of their own. No label holds what a request brought along; `docs/monitoring.md` has them all. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  const onEvent = countingEvents(
    new Counter({
      name: 'evergate_events_total',
      help: 'What happened to people and their sessions',
      labelNames: ['event', 'detail'],
      registers,
    }),
    new Counter({
      name: 'evergate_sessions_ended_total',
      help: 'Sessions that ended before their time',
      labelNames: ['reason'],
      registers,
    }),
  )
  const duration = new Histogram({
    name: 'evergate_request_duration_seconds',
    help: 'From the headers of a request to the end of its answer',
    labelNames: ['route', 'status'],
    buckets: REQUEST_BUCKETS_S,
    registers,
  })
  const errors = new Counter({
    name: 'evergate_request_errors_total',
    help: 'Requests that were answered with an error code',
    labelNames: ['route', 'error'],
    registers,
  })
  const calls = new Histogram({
    name: 'evergate_store_call_duration_seconds',
    help: 'Calls of the store, failed ones too',
    labelNames: ['call'],
    buckets: STORE_BUCKETS_S,
    registers,
  })
  const failures = new Counter({
    name: 'evergate_store_failures_total',
    help: 'Calls of the store that failed',
    labelNames: ['call'],
    registers,
  })
  const purged = new Counter({
    name: 'evergate_purged_total',
    help: 'Long-dead sessions and forgotten counters that were deleted',
    registers,
  })

  return {
    onEvent,
    watchRequests(route) {
      for (const status of STATUSES) duration.zero({ route, status })
      return (_req, res, next) => {
        const started = performance.now()
        res.once('finish', () => {
          const status = `${Math.floor(res.statusCode / 100)}xx`
          duration.observe({ route, status }, (performance.now() - started) / 1000)
          const error = errorCodeOf(res)
          if (error) errors.inc({ route, error })
        })
        next()
      }
    },
    watchStore(store) {
      new Gauge({
        name: 'evergate_store_up',
        help: '1 when the store could be read and written at this scrape',
        registers,
        async collect() {
          this.set(
            await store.ping().then(
              () => 1,
              () => 0,
            ),
          )
        },
      })
      return watchStore(store, {
        known: (call) => failures.inc({ call }, 0),
        ended(call, seconds, result) {
          calls.observe({ call }, seconds)
          if ('error' in result) failures.inc({ call })
          else if (call.endsWith('.purge')) purged.inc(Number(result.answer))
        },
      })
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  }
}
