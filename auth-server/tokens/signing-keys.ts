import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'

/** The signature algorithms that an access token may have outside shared-secret mode. */
export type SigningAlgorithm = 'ES256' | 'EdDSA' | 'RS256' | 'PS256'

/** One key of `SIGNING_KEYS`. */
interface SigningKey {
  readonly kid: string
  readonly alg: SigningAlgorithm
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** The keys that the JWK set publishes: public members only. */
  readonly publicJwk: JsonWebKey & { kid: string; alg: SigningAlgorithm; use: 'sig' }
}

/** At least one key; the first signs. */
export type SigningKeys = readonly [SigningKey, ...SigningKey[]]

const keySet = z.object({
  keys: z
    .array(
      z.looseObject(
        {
          kid: z.string('needs a kid').min(1, 'needs a kid'),
          d: z.string('needs d: it must be a private key'),
          alg: z.enum(['ES256', 'EdDSA', 'RS256', 'PS256'], 'needs alg: ES256, EdDSA, RS256 or PS256'),
        },
        'must be an object',
      ),
      'needs a member keys, a list',
    )
    .min(1, 'needs at least one key'),
})

/** The keys, or a reason that contains no key material. */
type KeysReading = { readonly keys: SigningKeys } | { readonly reason: string }

/** Reads a private JWK set (RFC 7517) in JSON. */
export function parseSigningKeys(text: string): KeysReading {
  try {
    return readSigningKeys(JSON.parse(text))
  } catch {
    // The parser's own message quotes its input, which is secret here.
    return { reason: 'must be a private JWK set in JSON' }
  }
}

/** Reads a private JWK set (RFC 7517). */
export function readSigningKeys(set: unknown): KeysReading {
  const parsed = keySet.safeParse(set)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const index = issue?.path[1]
    return {
      reason: `${typeof index === 'number' ? `key ${index + 1} ` : ''}${issue?.message ?? 'is not a JWK set'}`,
    }
  }
  const keys: SigningKey[] = []
  for (const [index, jwk] of parsed.data.keys.entries()) {
    const key = toSigningKey(jwk)
    if (typeof key === 'string') return { reason: `key ${index + 1} ${key}` }
    if (keys.some((other) => other.kid === key.kid))
      return { reason: `key ${index + 1} repeats the kid of another` }
    keys.push(key)
  }
  const [first, ...rest] = keys
  return first ? { keys: [first, ...rest] } : { reason: 'needs at least one key' }
}

function toSigningKey(jwk: JsonWebKey & { kid: string; alg: SigningAlgorithm }): SigningKey | string {
  const { kid, alg } = jwk
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  } catch {
    return 'is not a usable private key'
  }
  const publicKey = createPublicKey(privateKey)
  const unfit = whyUnfit(alg, privateKey)
  if (unfit) return unfit
  if (!belongTogether(alg, privateKey, publicKey))
    return 'has a public half that does not belong to its private one'
  const publicJwk = { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' as const }
  return { kid, alg, privateKey, publicKey, publicJwk }
}

function whyUnfit(alg: SigningAlgorithm, key: KeyObject): string | undefined {
  const details = key.asymmetricKeyDetails
  switch (alg) {
    case 'ES256':
      return details?.namedCurve === 'prime256v1' ? undefined : 'must be on curve P-256 for ES256'
    case 'EdDSA':
      return key.asymmetricKeyType === 'ed25519' ? undefined : 'must be an Ed25519 key for EdDSA'
    case 'RS256':
    case 'PS256':
      if (key.asymmetricKeyType !== 'rsa') return `must be an RSA key for ${alg}`
      if ((details?.modulusLength ?? 0) < 2048) return 'must have at least 2048 bits (RSA)'
      return isFitExponent(details?.publicExponent ?? 0n)
        ? undefined
        : 'must have an odd public exponent of 65537 or more'
  }
}

/** FIPS 186-5, A.1.1: with 1 every message is its own signature; no even number has an inverse. */
function isFitExponent(exponent: bigint): boolean {
  return exponent >= 65537n && exponent % 2n === 1n
}

function belongTogether(alg: SigningAlgorithm, privateKey: KeyObject, publicKey: KeyObject): boolean {
  const digest = alg === 'EdDSA' ? null : 'sha256'
  const probe = Buffer.from('probe')
  try {
    return verify(digest, probe, publicKey, sign(digest, probe, privateKey))
  } catch {
    return false
  }
}
