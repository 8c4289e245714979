import { randomBytes } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'

/** A value for `ETLS_REFRESH`: 32 random bytes in base64url. */
export function generateRefreshSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** A value for `SIGNING_KEYS`: a private JWK set with one ES256 key, `kid` its RFC 7638 thumbprint. */
export async function generateSigningKeys(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  const kid = await calculateJwkThumbprint(jwk)
  return JSON.stringify({ keys: [{ ...jwk, kid, alg: 'ES256', use: 'sig' }] })
}
