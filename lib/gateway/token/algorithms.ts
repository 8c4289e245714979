import { GatewayError } from '../errors.ts'

/** RFC 7518 3.2: those of a shared secret. */
export type SharedAlgorithm = 'HS256' | 'HS384' | 'HS512'
/** RFC 7518 3.3 to 3.5, RFC 8037 3.1: those of key pairs. */
export type PublicAlgorithm = 'EdDSA' | `${'ES' | 'RS' | 'PS'}${'256' | '384' | '512'}`

/** Symmetric ones are never among them (RFC 8725 3.1). */
const PUBLIC = /^(EdDSA|[ERP]S(256|384|512))$/

export const isPublicAlgorithm = (alg: unknown): alg is PublicAlgorithm => PUBLIC.test(`${alg}`)

/** Imports a secret that is at least as long as its hash (RFC 7518 3.2); throws at once for a shorter one. */
export function importSecret(
  secret: string | Uint8Array<ArrayBuffer>,
  alg: SharedAlgorithm = 'HS256',
): Promise<CryptoKey> {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret
  const least = Number(/^HS(256|384|512)$/.exec(alg)?.[1]) / 8
  if (!(bytes.length >= least))
    throw new GatewayError('invalid_option', `make each secret at least ${least} bytes long (${alg})`)
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: `SHA-${alg.slice(2)}` }, false, [
    'sign',
    'verify',
  ])
}
