import type { ServerResponse } from 'node:http'
import type { ErrorRequestHandler } from 'express'
import type { Logger } from '../observe/logger.ts'
import { BusyError } from '../passwords/hashing-gate.ts'
import { StoreError } from '../store/store.ts'
import { payloadTooLarge } from './body.ts'
import { ApiError, type ErrorCode, serverBusy, temporarilyUnavailable } from './errors.ts'
import { sendJson } from './json.ts'

const codes = new WeakMap<ServerResponse, ErrorCode>()

/** The error code that a request was answered with; undefined for another answer. */
export const errorCodeOf = (res: ServerResponse): ErrorCode | undefined => codes.get(res)

/** Every error leaves as `{error, error_description}`: never a stack, never what was sent. */
export function answerErrors(logger: Logger): ErrorRequestHandler {
  const warnOfBusy = atMostEvery(BUSY_WARNING_MS, () => logger.warn({}, 'server_busy'))
  return (error: unknown, _req, res, _next) => {
    const answer = toApiError(error)
    // A burst of passwords must not become a burst of lines.
    if (answer.code === 'server_busy') warnOfBusy()
    else if (answer.status >= 500) logger.error({ err: error }, answer.code)
    if (res.headersSent) {
      res.destroy()
      return
    }
    codes.set(res, answer.code)
    const { headers, ...members } = answer.extras
    res.setHeader('Cache-Control', 'no-store')
    for (const [name, value] of Object.entries(headers ?? {})) res.setHeader(name, value)
    sendJson(res, answer.status, { error: answer.code, error_description: answer.message, ...members })
  }
}

const BUSY_WARNING_MS = 10_000

function atMostEvery(milliseconds: number, run: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY
  return () => {
    const now = performance.now()
    if (now - last < milliseconds) return
    last = now
    run()
  }
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof BusyError) return serverBusy()
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
