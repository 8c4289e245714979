import type { JWK } from 'jose'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import type { AccessTokenKeys } from '../options.ts'

export const ALGORITHMS = ['HS256', 'ES256', 'EdDSA', 'RS256', 'PS256'] as const
export type Algorithm = (typeof ALGORITHMS)[number]
type Claims = Readonly<Record<string, unknown>>

/** Someone who signs access tokens, well or badly. */
export type Issuer = {
  /** What a gateway is given to verify them. */
  readonly keys: AccessTokenKeys
  /** The public key as a key set publishes it. */
  readonly jwk: JWK
  /** Signs claims, or a payload given as text, under `at+jwt` unless `header` says otherwise. */
  sign(payload: Claims | string, header?: Claims): Promise<string>
}

export const SECRET = 'a secret of the tests that is long enough'

export async function createIssuer(alg: Algorithm, kid = `${alg}-1`, secret = SECRET): Promise<Issuer> {
  const { privateKey, jwk } = await newKey(alg, secret)
  const named = { ...jwk, kid, alg, use: 'sig' }
  return {
    keys: alg === 'HS256' ? { secret } : { jwks: { keys: [named] } },
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

async function newKey(alg: Algorithm, secret: string) {
  if (alg === 'HS256') {
    const bytes = new TextEncoder().encode(secret)
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
