import { encode } from 'jose/base64url'
import { GatewayError } from '../gateway/errors.ts'
import type { KeySet } from '../gateway/token/key-set.ts'
import { signJwt } from '../gateway/token/sign-jwt.ts'

/** Signs an access token that the gateway itself issues (RFC 9068). */
export type SignAccessToken = (claims: object) => Promise<string>

export const ACCESS_TOKEN_TYPE = 'at+jwt'
const KEY_BYTES = 32
const NAME_BYTES = 12
const MIN_SECRET_BYTES = 32

const text = new TextEncoder()

/**
 * Keys for access tokens of the gateway's own, derived from its secrets: the first signs, all of them verify. Nobody else
 * has them, the backend least of all: neither its access tokens nor its refresh tokens can pass here.
 *
 * @throws {GatewayError} `invalid_option` for a secret that is too short.
 */
export function createHeldKeys(secrets: readonly string[]): KeySet & { readonly sign: SignAccessToken } {
  if (secrets.some((secret) => text.encode(secret).length < MIN_SECRET_BYTES))
    throw new GatewayError('invalid_option', `make each secret at least ${MIN_SECRET_BYTES} bytes long`)
  const derived = Promise.all(secrets.map(deriveKey))
  return {
    edition: () => derived,
    ready: async () => true,
    async find({ alg, kid }) {
      const found = alg === 'HS256' ? (await derived).find((key) => key.kid === kid) : undefined
      return found ? { result: 'found', key: found.key } : { result: 'unknown' }
    },
    async sign(claims) {
      const [newest] = await derived
      if (!newest) throw new TypeError('no secret')
      return signJwt({ typ: ACCESS_TOKEN_TYPE, kid: newest.kid }, claims, newest.key)
    },
  }
}

/** RFC 5869. The name of the key comes from the same derivation, and says nothing of the key. */
async function deriveKey(secret: string): Promise<{ readonly kid: string; readonly key: CryptoKey }> {
  const source = await crypto.subtle.importKey('raw', text.encode(secret), 'HKDF', false, ['deriveBits'])
  const info = text.encode('evergate held session')
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  const bits = new Uint8Array(
    await crypto.subtle.deriveBits(parameters, source, (KEY_BYTES + NAME_BYTES) * 8),
  )
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  return {
    kid: encode(bits.slice(KEY_BYTES)),
    key: await crypto.subtle.importKey('raw', bits.slice(0, KEY_BYTES), hmac, false, ['sign', 'verify']),
  }
}
