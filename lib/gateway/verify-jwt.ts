import type { CompactJWSHeaderParameters, JWK } from 'jose'
import { compactVerify } from 'jose/jws/compact/verify'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Verifies the signature of a JWT and reads its claims set (RFC 7519 7.2); throws for anything else. What the claims
 * mean is for the caller to check.
 */
export async function verifyJwt(
  token: string,
  key: CryptoKey | JWK,
  alg: string,
): Promise<{ header: CompactJWSHeaderParameters; payload: Readonly<Record<string, unknown>> }> {
  const { payload, protectedHeader } = await compactVerify(token, key, { algorithms: [alg] })
  const claims: unknown = JSON.parse(decoder.decode(payload))
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims))
    throw new TypeError('no claims set')
  return { header: protectedHeader, payload: { ...claims } }
}
