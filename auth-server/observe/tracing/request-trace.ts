import { AsyncLocalStorage } from 'node:async_hooks'
import type { RequestHandler } from 'express'
import type { Logger } from '../logger.ts'
import { parseTraceparent } from './trace-parent.ts'

const traceIds = new AsyncLocalStorage<string>()

/** The trace that the request belongs to for which code runs just now; undefined when its caller named none. */
export const currentTraceId = (): string | undefined => traceIds.getStore()

/** Runs what a request needs as part of a trace. */
export const inTrace = (traceId: string, run: () => void): void => traceIds.run(traceId, run)

/** Later work belongs to the trace of the request's `traceparent`. */
export const carryTraceId: RequestHandler = (req, _res, next) => {
  const traceId = currentTraceId() ?? parseTraceparent(req.headers.traceparent)?.traceId
  if (traceId === undefined) next()
  else inTrace(traceId, next)
}

/** The same logger, with the `traceId` of the request in each line. */
export function withTraceIds(logger: Logger): Logger {
  const traced =
    (level: keyof Logger): Logger[typeof level] =>
    (details, message) => {
      const traceId = currentTraceId()
      logger[level](traceId === undefined ? details : { traceId, ...details }, message)
    }
  return { debug: traced('debug'), info: traced('info'), warn: traced('warn'), error: traced('error') }
}
