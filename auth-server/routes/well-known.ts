import type { RequestHandler } from 'express'
import type { Endpoint } from '../http/endpoint.ts'
import type { AccessKeys } from '../tokens/access-token.ts'

/** The parts that this route works with. */
export interface WellKnownParts {
  readonly settings: { readonly accessKeys: AccessKeys }
}

/** `GET /.well-known/jwks.json`: the public keys (RFC 7517); none in shared-secret mode. */
export function wellKnownRoutes({ settings }: WellKnownParts): Endpoint[] {
  const { accessKeys } = settings
  const keys = accessKeys.mode === 'keys' ? accessKeys.keys.map(({ publicJwk }) => publicJwk) : []
  const jwks: RequestHandler = (_req, res) => {
    res.set('Cache-Control', 'max-age=300').json({ keys })
  }
  return [{ name: 'jwks', method: 'get', path: '/.well-known/jwks.json', handlers: [jwks] }]
}
