import type { ErrorRequestHandler, RequestHandler } from 'express'
import helmet from 'helmet'
import type { Logger } from '../observe/logger.ts'
import { carryTraceId, currentTraceId } from '../observe/tracing/request-trace.ts'
import { refuseLargeBodies } from './body.ts'

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
export const withCarefulHeaders: ErrorRequestHandler = (error: unknown, req, res, next) => {
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
