import { encode } from 'jose/base64url'
import { deriveKey, HMAC } from '../gateway/token/derive-key.ts'
import type { KeySet } from '../gateway/token/key-set.ts'
import { signJwt } from '../gateway/token/sign-jwt.ts'

/** Signs an access token that the gateway itself issues (RFC 9068). */
export type SignAccessToken = (claims: object) => Promise<string>

export const ACCESS_TOKEN_TYPE = 'at+jwt'
const NAME_BYTES = 12

/**
 * Keys for access tokens of the gateway's own, derived from its secrets: the first signs, all of them verify. No other part
 * has them, and above all not the backend: neither its access tokens nor its refresh tokens can pass here.
 */
export function createHeldKeys(secrets: readonly string[]): KeySet & { readonly sign: SignAccessToken } {
  const derived = Promise.all(secrets.map(namedKey))
  return {
    edition: () => derived,
    ready: async () => true,
    async find({ alg, kid }) {
      const found = (await derived).find((one) => alg === 'HS256' && one.kid === kid)
      return found ? { result: 'found', key: found.key } : { result: 'unknown' }
    },
    async sign(claims) {
      const [newest] = await derived
      if (!newest) throw new TypeError('no secret')
      return signJwt({ typ: ACCESS_TOKEN_TYPE, kid: newest.kid }, claims, newest.key)
    },
  }
}

async function namedKey(secret: string): Promise<{ readonly kid: string; readonly key: CryptoKey }> {
  const key = await deriveKey(secret, 'evergate held session', HMAC)
  // A name that says nothing of the key, and is the same in every process.
  const name = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode('kid'))
  return { kid: encode(new Uint8Array(name).slice(0, NAME_BYTES)), key }
}
