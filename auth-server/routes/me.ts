import type { RequestHandler } from 'express'
import { authenticate } from '../http/bearer.ts'
import type { Endpoint } from '../http/endpoint.ts'
import type { Services } from '../services.ts'
import { userData } from '../tokens/grant.ts'

/** `GET /me`: the caller. */
export function meRoute(services: Services): Endpoint[] {
  const me: RequestHandler = async (req, res) => {
    const { user } = await authenticate(services, req)
    // Said where it can be shown.
    const isVerified = services.mailer && { emailVerified: user.verifiedAt !== null }
    res.json({ ...userData(user), ...isVerified })
  }
  return [{ name: 'me', method: 'get', path: '/me', handlers: [me] }]
}
