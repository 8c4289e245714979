import { GatewayError } from '../errors.ts'

/** RFC 7518 3.2: those of a shared secret. */
export type SharedAlgorithm = 'HS256' | 'HS384' | 'HS512'
/** RFC 7518 3.3 to 3.5, RFC 8037 3.1: those of key pairs. */
export type PublicAlgorithm = 'EdDSA' | `${'ES' | 'RS' | 'PS'}${'256' | '384' | '512'}`

/** Symmetric ones are never among them (RFC 8725 3.1). */
const PUBLIC = /^(EdDSA|[ERP]S(256|384|512))$/

export const isPublicAlgorithm = (alg: unknown): alg is PublicAlgorithm => PUBLIC.test(`${alg}`)

/** An algorithm in the words of WebCrypto, which takes of these what it needs. */
type CryptoAlgorithm = {
  readonly name: string
  readonly hash?: string
  readonly namedCurve?: string
  readonly saltLength?: number
}

const NAMES: Readonly<Record<string, string>> = {
  HS: 'HMAC',
  ES: 'ECDSA',
  RS: 'RSASSA-PKCS1-v1_5',
  PS: 'RSA-PSS',
}

/** The algorithm that `alg` names (RFC 7518 3.1, RFC 8037 3.1). An unknown one has a name that no key has. */
function cryptoAlgorithm(alg: string): CryptoAlgorithm {
  if (alg === 'EdDSA') return { name: 'Ed25519' }
  const bits = alg.slice(2)
  return {
    name: NAMES[alg.slice(0, 2)] ?? '',
    hash: `SHA-${bits}`,
    namedCurve: `P-${bits.replace('512', '521')}`,
    saltLength: Number(bits) / 8,
  }
}

/** Imports a secret that is at least as long as its hash (RFC 7518 3.2); throws at once for a shorter one. */
export function importSecret(
  secret: string | Uint8Array<ArrayBuffer>,
  alg: SharedAlgorithm = 'HS256',
): Promise<CryptoKey> {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret
  const least = Number(/^HS(256|384|512)$/.exec(alg)?.[1]) / 8
  if (!(bytes.length >= least))
    throw new GatewayError('invalid_option', `make each secret at least ${least} bytes long (${alg})`)
  return crypto.subtle.importKey('raw', bytes, cryptoAlgorithm(alg), false, ['sign', 'verify'])
}

/** RFC 7518 3.3, 3.5: bits of an RSA key. */
const LEAST_BITS = 2048

/** Imports a public key for its one algorithm; throws for one that is not public, too short, or refused by this runtime. */
export async function importPublicKey(key: JsonWebKey, alg: PublicAlgorithm): Promise<CryptoKey> {
  const { alg: _, ...rest } = key
  const uses = (key.key_ops ?? ['verify']) as KeyUsage[]
  const imported = await crypto.subtle.importKey('jwk', rest, cryptoAlgorithm(alg), false, uses)
  const { modulusLength = LEAST_BITS } = imported.algorithm as Partial<RsaKeyAlgorithm>
  if (modulusLength < LEAST_BITS) throw new TypeError(`${alg} needs a key of ${LEAST_BITS} bits`)
  return imported
}
