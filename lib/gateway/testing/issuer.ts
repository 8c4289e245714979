import type { JWK } from 'jose'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import type { PublicAlgorithm, SharedAlgorithm } from '../token/algorithms.ts'
import { secretBytes } from '../token/secret-bytes.ts'
import type { AccessTokenKeys } from '../token/settings.ts'

export const ALGORITHMS = [
  ...['HS256', 'HS384', 'HS512', 'EdDSA'],
  ...['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
] as (SharedAlgorithm | PublicAlgorithm)[]
export type Algorithm = SharedAlgorithm | PublicAlgorithm
type Claims = Readonly<Record<string, unknown>>

/** Someone who signs access tokens, well or badly. */
export type Issuer = {
  /** The keys that a gateway is given to verify them. */
  readonly keys: AccessTokenKeys
  /** The public key as a key set publishes it. */
  readonly jwk: JWK
  /** Signs claims, or a payload given as text, under `at+jwt` unless `header` says otherwise. */
  sign(payload: Claims | string, header?: Claims): Promise<string>
}

/** Long enough for HS512. */
export const SECRET = 'a secret of the tests that is long enough, also for the longest of hashes'

export async function createIssuer(alg: Algorithm, kid = `${alg}-1`, secret = SECRET): Promise<Issuer> {
  const { privateKey, jwk } = await newKey(alg, secret)
  const named = { ...jwk, kid, alg, use: 'sig' }
  return {
    keys: isShared(alg) ? { secret, ...(alg !== 'HS256' && { alg }) } : { jwks: { keys: [named] } },
    jwk: named,
    sign(payload, header = {}) {
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
      const protectedHeader = { alg, kid, typ: 'at+jwt', ...header }
      const crit = 'crit' in header ? { crit: { 'urn:test': true } } : undefined
      return new CompactSign(new TextEncoder().encode(text))
        .setProtectedHeader(protectedHeader)
        .sign(privateKey, crit)
    },
  }
}

const isShared = (alg: Algorithm): alg is SharedAlgorithm => alg.startsWith('HS')

async function newKey(alg: Algorithm, secret: string) {
  if (isShared(alg)) {
    const bytes = secretBytes(secret)
    return { privateKey: bytes, jwk: { kty: 'oct', k: Buffer.from(bytes).toString('base64url') } }
  }
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { privateKey, jwk: await exportJWK(publicKey) }
}

/** Claims that nothing is wrong with, for a token issued at `now` (seconds). */
export function goodClaims(now: number, life = 900) {
  return {
    iss: 'evergate',
    aud: 'evergate-app',
    sub: 'user-1',
    sid: 'session-1',
    iat: now,
    exp: now + life,
    jti: 'token-1',
    roles: ['user'],
  }
}

/** A compact JWS made by hand, for what no signer would sign. */
export function handMade(header: object, payload: object, signature = 'c2lnbmF0dXJl'): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  return `${encode(header)}.${encode(payload)}.${signature}`
}
