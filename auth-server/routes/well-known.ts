import type { RequestHandler } from 'express'
import type { Endpoint } from '../http/endpoint.ts'
import type { Services } from '../services.ts'

/** `GET /.well-known/jwks.json`: the public keys (RFC 7517); none in shared-secret mode. */
export function wellKnownRoutes({ settings }: Services): Endpoint[] {
  const { accessKeys } = settings
  const keys = accessKeys.mode === 'keys' ? accessKeys.keys.map(({ publicJwk }) => publicJwk) : []
  const jwks: RequestHandler = (_req, res) => {
    res.set('Cache-Control', 'max-age=300').json({ keys })
  }
  return [{ name: 'jwks', method: 'get', path: '/.well-known/jwks.json', handlers: [jwks] }]
}
