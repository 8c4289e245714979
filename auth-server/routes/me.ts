import type { Express, RequestHandler } from 'express'
import { authenticate } from '../bearer.ts'
import { route } from '../http.ts'
import type { Services } from '../services.ts'
import { userData } from '../tokens/grant.ts'

/** `GET /me`: the caller. */
export function meRoute(app: Express, services: Services): void {
  const me: RequestHandler = async (req, res) => {
    const { user } = await authenticate(services, req)
    res.json(userData(user))
  }
  route(app, '/me', { get: [me] })
}
