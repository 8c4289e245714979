import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import helmet from 'helmet'
import type { Logger } from '../observe/logger.ts'
import { carryTraceId, currentTraceId } from '../observe/tracing/request-trace.ts'
import { refuseLargeBodies } from './body.ts'

/** Middleware before every answer of the auth server. */
export function preparations(logger: Logger): RequestHandler[] {
  const logged: RequestHandler = (req, res, next) => {
    // The path of the route: what was really asked for may hold anything, a token too.
    logWhenFinished(logger, req, res, () => req.route?.path ?? 'none')
    next()
  }
  return [carryTraceId, carefulHeaders, neverStored, logged, refuseLargeBodies]
}

/** The headers that they set, by themselves. */
export function preparedHeaders(others: readonly RequestHandler[]): [name: string, value: string][] {
  const headers: [string, string][] = []
  const res = { setHeader: (name: string, value: string) => headers.push([name, value]), removeHeader() {} }
  for (const handler of [...others, carefulHeaders, neverStored])
    handler({} as Request, res as unknown as Response, () => {})
  return headers
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
  res.setHeader('Cache-Control', 'no-store')
  next()
}

/** @param path - asked once the answer is out */
export function logWhenFinished(
  logger: Logger,
  { method }: IncomingMessage,
  res: ServerResponse,
  path: () => string,
): void {
  const started = performance.now()
  // An answer may finish in the context of its connection, which belongs to no request.
  const traceId = currentTraceId()
  res.once('finish', () => {
    const ms = Math.round((performance.now() - started) * 10) / 10
    logger.debug({ traceId, method, path: path(), status: res.statusCode, ms }, 'request')
  })
}
