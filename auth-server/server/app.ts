import type { RequestListener } from 'node:http'
import express from 'express'
import { strictTransportSecurity } from 'helmet'
import { answerErrors } from '../http/answer-errors.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ApiError } from '../http/errors.ts'
import { preparations } from '../http/preparations.ts'
import type { Metrics } from '../observe/metrics/metrics.ts'
import { metricsHandlers } from '../observe/metrics/metrics-routes.ts'
import { withTraceIds } from '../observe/tracing/request-trace.ts'
import { createServices, type Dependencies } from '../services.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../store/store.ts'
import { createUserIn } from '../users/create-user.ts'
import { aheadOfExpress } from './ahead.ts'
import { endpointsOf, routerOf } from './router.ts'

interface AppDependencies extends Dependencies {
  readonly store: Store
  readonly settings: Settings
  /** Undefined: nothing is counted. */
  readonly metrics?: Metrics | undefined
}

/**
 * The auth server as an app of its own: Express, around the same router that other apps mount. It listens nowhere yet and reads no
 * environment: see `main.ts` for that.
 */
export function createApp(dependencies: AppDependencies): RequestListener {
  const { store, settings, random, metrics } = dependencies
  const logger = withTraceIds(dependencies.logger)
  const services = createServices({
    ...dependencies,
    accounts: store.users,
    addresses: store.users,
    logger,
    ...(metrics && { onEvent: metrics.onEvent }),
  })
  const endpoints = endpointsOf(services, createUserIn(store, random))
  const app = express()
  app.set('trust proxy', settings.trustProxy)
  app.set('query parser', false)
  app.disable('etag')

  const secureTransport = strictTransportSecurity()
  app.use(secureTransport)
  const tracing = dependencies.tracing?.()
  const watches = [
    ...(metrics ? [({ name }: Endpoint) => metrics.watchRequests(name)] : []),
    ...(tracing ? [tracing.watchRequests] : []),
  ]
  app.use(routerOf(endpoints, logger, watches))
  app.use(preparations(logger))
  if (metrics && settings.metrics?.at === 'main-port')
    app.get('/metrics', metricsHandlers(metrics, settings.metrics.token))
  for (const [path, methods] of methodsByPath(endpoints)) app.all(path, () => refuseMethod(methods))
  app.use(() => {
    throw new ApiError(404, 'not_found', 'There is nothing at this path.')
  })
  app.use(answerErrors(logger))
  // Measurements are taken by middleware.
  return watches.length > 0 ? app : aheadOfExpress(app, [secureTransport], services, logger)
}

function methodsByPath(endpoints: readonly Endpoint[]): Map<string, string> {
  const methods = new Map<string, string>()
  for (const { method, path } of endpoints) {
    const names = method === 'get' ? 'GET, HEAD' : method.toUpperCase()
    methods.set(path, [methods.get(path), names].filter(Boolean).join(', '))
  }
  return methods
}

/** RFC 9110, 15.5.6. */
function refuseMethod(allow: string): never {
  throw new ApiError(405, 'method_not_allowed', `This path answers ${allow}.`, { headers: { Allow: allow } })
}
