import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import helmet from 'helmet'
import { payloadTooLarge, refuseLargeBodies } from './body.ts'
import { ApiError, temporarilyUnavailable } from './errors.ts'
import type { Logger } from './logger.ts'
import { healthRoutes } from './routes/health.ts'
import { loginRoute } from './routes/login.ts'
import { logoutRoutes } from './routes/logout.ts'
import { meRoute } from './routes/me.ts'
import { passwordRoute } from './routes/password.ts'
import { refreshRoute } from './routes/refresh.ts'
import { registerRoute } from './routes/register.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { wellKnownRoutes } from './routes/well-known.ts'
import { createServices, type Dependencies } from './services.ts'
import { StoreError } from './store/store.ts'

/** The auth server as an Express app. It listens nowhere yet and reads no environment: see `main.ts` for that. */
export function createApp(dependencies: Dependencies): Express {
  const services = createServices(dependencies)
  const app = express()
  app.set('trust proxy', services.settings.trustProxy)
  app.set('query parser', false)
  app.disable('etag')

  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      },
    }),
  )
  app.use(neverStored)
  app.use(logRequests(services.logger))
  app.use(refuseLargeBodies)

  for (const addTo of [
    registerRoute,
    loginRoute,
    refreshRoute,
    logoutRoutes,
    sessionRoutes,
    passwordRoute,
    meRoute,
    wellKnownRoutes,
    healthRoutes,
  ])
    addTo(app, services)

  app.use(() => {
    throw new ApiError(404, 'not_found', 'There is nothing at this path.')
  })
  app.use(answerErrors(services.logger))
  return app
}

const neverStored: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
}

function logRequests(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const started = performance.now()
    res.once('finish', () => {
      // The path of the route: what was really asked for may hold anything, a token too.
      const ms = Math.round((performance.now() - started) * 10) / 10
      logger.debug(
        { method: req.method, path: req.route?.path ?? 'none', status: res.statusCode, ms },
        'request',
      )
    })
    next()
  }
}

/** Every error leaves as `{error, error_description}`: never a stack, never what was sent. */
function answerErrors(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _req, res, _next) => {
    const answer = toApiError(error)
    if (answer.status >= 500) logger.error({ err: error }, answer.code)
    if (res.headersSent) {
      res.destroy()
      return
    }
    const { headers, ...members } = answer.extras
    res
      .status(answer.status)
      .set('Cache-Control', 'no-store')
      .set({ ...headers })
      .json({ error: answer.code, error_description: answer.message, ...members })
  }
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof StoreError) return temporarilyUnavailable('The store cannot be reached just now.')
  switch (clientErrorStatus(error)) {
    case undefined:
      return new ApiError(500, 'server_error', 'Something went wrong here.')
    case 413:
      return payloadTooLarge()
    case 415:
      return new ApiError(415, 'unsupported_media_type', 'This encoding is not understood here.')
    default:
      return new ApiError(400, 'invalid_request', 'The request cannot be read.')
  }
}

/** The status that Express and its body parsers put on what the client did wrong. */
function clientErrorStatus(error: unknown): number | undefined {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined
}
