import type { Express, RequestHandler } from 'express'
import { route } from '../http.ts'
import type { Services } from '../services.ts'

/** `GET /.well-known/jwks.json`: the public keys (RFC 7517); none in shared-secret mode. */
export function wellKnownRoutes(app: Express, { settings }: Services): void {
  const { accessKeys } = settings
  const keys = accessKeys.mode === 'keys' ? accessKeys.keys.map(({ publicJwk }) => publicJwk) : []
  const jwks: RequestHandler = (_req, res) => {
    res.set('Cache-Control', 'max-age=300').json({ keys })
  }
  route(app, '/.well-known/jwks.json', { get: [jwks] })
}
