import { GatewayError } from '../errors.ts'
import { importSecret } from './algorithms.ts'
import { deriveKey, HMAC } from './derive-key.ts'
import type { SecretSettings } from './settings.ts'
import { signJwt } from './sign-jwt.ts'
import { verifyJwt } from './verify-jwt.ts'

/** The kinds of token that the gateway itself issues. `typ` keeps them apart from each other and from access tokens. */
type GatewayTokenType = 'userdata+jwt' | 'signed-out+jwt' | 'challenge+jwt'

/** Signs and verifies what the gateway issues (RFC 7519; explicit typing as RFC 8725 3.11 asks). */
export type GatewayTokens = {
  sign(typ: GatewayTokenType, claims: Record<string, unknown> & { exp: number }): Promise<string>
  /** Null for anything that this gateway did not issue, or that has ended. `now` in seconds. */
  verify(typ: GatewayTokenType, token: string, now: number): Promise<Record<string, unknown> | null>
}

/**
 * The first secret signs, all of them verify, so that a secret can be rotated.
 *
 * @throws {GatewayError} `invalid_option` without a secret that is long enough.
 */
export function createGatewayTokens(settings: SecretSettings): GatewayTokens {
  const keys = importKeys(settings)
  return {
    async sign(typ, claims) {
      const [newest] = await keys
      return signJwt({ typ }, claims, newest)
    },
    async verify(typ, token, now) {
      for (const key of await keys) {
        const verified = await verifyJwt(token, key, 'HS256').catch(() => null)
        if (verified?.header.typ === typ && Number(verified.payload.exp) > now) return verified.payload
      }
      return null
    },
  }
}

type Keys = readonly [CryptoKey, ...CryptoKey[]]

function importKeys({ gatewaySecrets, keys }: SecretSettings): Promise<Keys> {
  const [newest, ...older] = gatewaySecrets.map((secret) => importSecret(secret))
  if (newest) return Promise.all([newest, ...older])
  if ('secret' in keys) return Promise.all([deriveKey(keys.secret, 'evergate gateway secret', HMAC)])
  throw new GatewayError('invalid_option', 'set GATEWAY_SECRET to at least 32 bytes')
}
