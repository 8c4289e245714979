import express, { type RequestHandler } from 'express'
import { ApiError } from './errors.ts'

const MAX_BODY_BYTES = 16 * 1024

// Compressed bodies are refused: at this size they are never needed, and unpacking them is a risk.
const options = { limit: MAX_BODY_BYTES, inflate: false }

/** Reads a JSON body. */
export const json = express.json(options)

/** Reads the body of an HTML form. */
export const form = express.urlencoded({ ...options, extended: false, parameterLimit: 20 })

/** Refuses by the announced length on every path, also on those that never read their body. */
export const refuseLargeBodies: RequestHandler = (req, _res, next) => {
  if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw payloadTooLarge()
  next()
}

/** 413; the connection is closed, because the rest of the body is not wanted. */
export function payloadTooLarge(): ApiError {
  return new ApiError(413, 'payload_too_large', 'The body is larger than 16 KiB.', {
    headers: { Connection: 'close' },
  })
}
