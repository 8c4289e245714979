import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express'
import helmet from 'helmet'
import { answerErrors } from '../http/answer-errors.ts'
import { refuseLargeBodies } from '../http/body.ts'
import type { Endpoint } from '../http/endpoint.ts'
import type { Logger } from '../observe/logger.ts'
import { carryTraceId, currentTraceId } from '../observe/tracing/request-trace.ts'
import { adminRoutes } from '../routes/admin/admin.ts'
import { endedRoute } from '../routes/ended.ts'
import { healthRoutes } from '../routes/health.ts'
import { loginRoute } from '../routes/login.ts'
import { logoutRoutes } from '../routes/logout.ts'
import { addressRoutes } from '../routes/mail/address.ts'
import { resetRoutes } from '../routes/mail/reset.ts'
import { meRoute } from '../routes/me.ts'
import { ownDataRoutes } from '../routes/own-data.ts'
import { passwordRoute } from '../routes/password.ts'
import { refreshRoute } from '../routes/refresh.ts'
import { type CreateUser, registerRoute } from '../routes/register.ts'
import { sessionRoutes } from '../routes/sessions.ts'
import { wellKnownRoutes } from '../routes/well-known.ts'
import type { Services } from '../services.ts'

/** Everything the auth server answers. */
export function endpointsOf(services: Services, createUser: CreateUser): Endpoint[] {
  const others = [
    loginRoute,
    refreshRoute,
    logoutRoutes,
    sessionRoutes,
    passwordRoute,
    endedRoute,
    meRoute,
    ownDataRoutes,
    adminRoutes,
    wellKnownRoutes,
    healthRoutes,
  ]
  const { mailer, addresses } = services
  const mailing = mailer && { ...services, mailer }
  return [
    ...registerRoute(services, createUser),
    ...others.flatMap((make) => make(services)),
    ...(mailing ? resetRoutes(mailing, addresses) : []),
    ...(mailing && addresses ? addressRoutes(mailing, addresses) : []),
  ]
}

/**
 * A router that answers these endpoints and nothing else, at the path where it is mounted. It touches a request or an answer
 * only after an endpoint has matched; other methods, other paths and their errors belong to whoever mounts it.
 *
 * @param watches - make what comes before everything else that a route does, in this order
 */
export function routerOf(
  endpoints: readonly Endpoint[],
  logger: Logger,
  watches: readonly ((endpoint: Endpoint) => RequestHandler)[] = [],
): Router {
  const router = express.Router()
  // Express would answer OPTIONS by itself where a path matches.
  router.use((req, _res, next) => next(req.method === 'OPTIONS' ? 'router' : undefined))
  const before = preparations(logger)
  for (const endpoint of endpoints) {
    const { method, path, handlers } = endpoint
    router[method](path, ...watches.map((watch) => watch(endpoint)), ...before, ...handlers)
  }
  router.use(withCarefulHeaders, answerErrors(logger))
  return router
}

/** Middleware before every answer of the auth server. */
export function preparations(logger: Logger): RequestHandler[] {
  return [carryTraceId, carefulHeaders, neverStored, logRequests(logger), refuseLargeBodies]
}

const carefulHeaders = helmet({
  // It would bind the whole host and its subdomains, which are not ours to bind.
  strictTransportSecurity: false,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
})

/** For a path that matches but cannot be decoded: no endpoint has seen it. */
const withCarefulHeaders: ErrorRequestHandler = (error: unknown, req, res, next) => {
  carefulHeaders(req, res, () => next(error))
}

const neverStored: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
}

function logRequests(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const started = performance.now()
    // An answer may finish in the context of its connection, which belongs to no request.
    const traceId = currentTraceId()
    res.once('finish', () => {
      // The path of the route: what was really asked for may hold anything, a token too.
      const ms = Math.round((performance.now() - started) * 10) / 10
      logger.debug(
        { traceId, method: req.method, path: req.route?.path ?? 'none', status: res.statusCode, ms },
        'request',
      )
    })
    next()
  }
}
