import type { RequestHandler } from 'express'
import { authenticate, type BearerParts } from '../http/bearer.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { userData } from '../tokens/grant.ts'

/** The parts that this route works with. */
export interface MeParts extends BearerParts {
  /** Undefined: no address can be verified. */
  readonly mailer?: object | undefined
}

/** `GET /me`: the caller. */
export function meRoute(services: MeParts): Endpoint[] {
  const me: RequestHandler = async (req, res) => {
    const { user } = await authenticate(services, req)
    // Said where it can be shown.
    const isVerified = services.mailer && { emailVerified: user.verifiedAt !== null }
    res.json({ ...userData(user), ...isVerified })
  }
  return [{ name: 'me', method: 'get', path: '/me', handlers: [me] }]
}
