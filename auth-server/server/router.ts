import express, { type RequestHandler, type Router } from 'express'
import { answerErrors } from '../http/answer-errors.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { preparations, withCarefulHeaders } from '../http/preparations.ts'
import type { Logger } from '../observe/logger.ts'
import { adminRoutes } from '../routes/admin/admin.ts'
import { endedRoute } from '../routes/ended.ts'
import { factorRoutes } from '../routes/factors/factors.ts'
import { passkeyRoutes } from '../routes/factors/passkeys.ts'
import { totpRoutes } from '../routes/factors/totp.ts'
import { healthRoutes } from '../routes/health.ts'
import { loginRoute } from '../routes/login.ts'
import { logoutRoutes } from '../routes/logout.ts'
import { addressRoutes } from '../routes/mail/address.ts'
import { resetRoutes } from '../routes/mail/reset.ts'
import { meRoute } from '../routes/me.ts'
import { ownDataRoutes } from '../routes/own-data.ts'
import { passwordRoute } from '../routes/password.ts'
import { refreshRoute } from '../routes/refresh.ts'
import { registerRoute } from '../routes/register.ts'
import { sessionRoutes } from '../routes/sessions.ts'
import { wellKnownRoutes } from '../routes/well-known.ts'
import type { Services } from '../services.ts'
import type { CreateUser } from '../users/create-user.ts'

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
  const { mailer, addresses, secondFactor } = services
  const mailing = mailer && { ...services, mailer }
  return [
    ...registerRoute(services, createUser),
    ...others.flatMap((make) => make(services)),
    ...(secondFactor ? factorRoutes(services, secondFactor) : []),
    ...(secondFactor?.passkeys ? passkeyRoutes(services, secondFactor, secondFactor.passkeys) : []),
    ...(secondFactor?.totp ? totpRoutes(services, secondFactor) : []),
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
