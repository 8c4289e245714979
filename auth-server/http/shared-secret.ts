import { createHash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'
import { ApiError } from './errors.ts'

/**
 * Lets nobody pass who does not present a secret as a bearer (RFC 6750).
 *
 * @param variable - where the secret is set, for the answer to name it
 */
export function requireSecret(secret: string, variable: string): RequestHandler {
  const expected = digest(secret)
  return (req, _res, next) => {
    const [, presented = ''] = /^bearer +(\S+) *$/i.exec(req.headers.authorization ?? '') ?? []
    // Digests have one length, which comparing in constant time needs.
    if (timingSafeEqual(digest(presented), expected)) return next()
    throw new ApiError(401, 'unauthenticated', `The token of ${variable} is needed.`, {
      headers: { 'WWW-Authenticate': 'Bearer' },
    })
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
