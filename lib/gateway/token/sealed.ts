import { decode, encode } from 'jose/base64url'
import { GatewayError } from '../errors.ts'
import type { JsonObject } from '../json-object.ts'
import { isJsonObject } from '../json-object.ts'
import { AES, deriveKey } from './derive-key.ts'
import type { SecretSettings } from './settings.ts'

/** Encrypts what only the gateway is to read again (RFC 7516, `dir`, A256GCM). */
export type Sealer = {
  seal(kind: SealedKind, content: object): Promise<string>
  /** Null for anything this gateway did not seal as `kind`. */
  open(kind: SealedKind, text: string): Promise<JsonObject | null>
}

/** Kinds are kept apart by `typ`, so that none passes as another (RFC 8725 3.11). */
type SealedKind = 'refresh+jwe' | 'sign-in+jwe' | 'answer+jwe' | 'device+jwe'

/** RFC 7518 5.3. */
const IV_BYTES = 12
/** The length of the tag that WebCrypto appends and checks. */
const TAG_BYTES = 16

const text = new TextEncoder()

/**
 * The first of the gateway's secrets seals, all of them open, so that a secret can be rotated. `purpose` keeps what one part
 * of the product has sealed from another.
 *
 * @throws {GatewayError} `invalid_option` without a secret.
 */
export function createSealer(settings: SecretSettings, purpose: string): Sealer {
  const derived = secretsOf(settings).map((secret) => deriveKey(secret, purpose, AES))
  return {
    // By hand, because jose's encryption brings every algorithm there is: more than all the rest of this at the edge.
    async seal(kind, content) {
      const key = (await derived[0]) as CryptoKey
      const header = headerOf(kind)
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
      const plain = text.encode(JSON.stringify(content))
      const both = new Uint8Array(await crypto.subtle.encrypt(parameters(iv, header), key, plain))
      const parts = [iv, both.slice(0, -TAG_BYTES), both.slice(-TAG_BYTES)]
      return [header, '', ...parts.map((part) => encode(part))].join('.')
    },
    async open(kind, sealed) {
      const [header = '', none, iv = '', body = '', tag = '', ...more] = sealed.split('.')
      if (header !== headerOf(kind) || none !== '' || more.length > 0) return null
      for (const key of derived) {
        try {
          const bytes = new Uint8Array([...decode(body), ...decode(tag)])
          const plain = await crypto.subtle.decrypt(
            parameters(new Uint8Array(decode(iv)), header),
            await key,
            bytes,
          )
          const content: unknown = JSON.parse(new TextDecoder().decode(plain))
          return isJsonObject(content) ? content : null
        } catch {
          // Sealed with another of the secrets, or by nobody here.
        }
      }
      return null
    },
  }
}

/** The secrets that everything here is derived from, newest first. @throws {GatewayError} `invalid_option` */
export function secretsOf({ gatewaySecrets, keys }: SecretSettings): readonly string[] {
  const secrets = gatewaySecrets.length > 0 || !('secret' in keys) ? gatewaySecrets : [keys.secret]
  if (secrets.length === 0)
    throw new GatewayError('invalid_option', 'set GATEWAY_SECRET to at least 32 bytes')
  return secrets
}

const headerOf = (kind: SealedKind) => encode(JSON.stringify({ alg: 'dir', enc: 'A256GCM', typ: kind }))

/** RFC 7516 5.1, 14: the header is authenticated as it stands. */
const parameters = (iv: Uint8Array<ArrayBuffer>, header: string) => ({
  name: 'AES-GCM',
  iv,
  additionalData: text.encode(header),
})
