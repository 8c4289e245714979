import { CompactEncrypt, compactDecrypt } from 'jose'
import { GatewayError } from '../gateway/errors.ts'
import type { GatewaySettings } from '../gateway/options.ts'

/** Encrypts what only the gateway is to read again (RFC 7516, `dir`, A256GCM). */
export type Sealer = {
  seal(kind: SealedKind, content: object): Promise<string>
  /** Null for anything this gateway did not seal as `kind`. */
  open(kind: SealedKind, text: string): Promise<Record<string, unknown> | null>
}

/** Kinds are kept apart by `typ`, so that none passes as another (RFC 8725 3.11). */
type SealedKind = 'refresh+jwe' | 'sign-in+jwe' | 'answer+jwe'

/** The first of the gateway's secrets seals, all of them open, so that a secret can be rotated. */
export function createSealer({ gatewaySecrets, keys }: GatewaySettings): Sealer {
  const secrets = gatewaySecrets.length > 0 || !('secret' in keys) ? gatewaySecrets : [keys.secret]
  if (secrets.length === 0)
    throw new GatewayError('invalid_option', 'set GATEWAY_SECRET to at least 32 bytes')
  const derived = secrets.map(deriveKey)
  return {
    async seal(kind, content) {
      const [key] = await Promise.all(derived.slice(0, 1))
      return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(content)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: kind })
        .encrypt(key as CryptoKey)
    },
    async open(kind, text) {
      for (const key of await Promise.all(derived)) {
        const opened = await compactDecrypt(text, key, ONLY).catch(() => null)
        if (opened?.protectedHeader.typ === kind)
          return JSON.parse(new TextDecoder().decode(opened.plaintext))
      }
      return null
    },
  }
}

const ONLY = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] }

/** RFC 5869: this key is good for nothing but this. */
async function deriveKey(secret: string): Promise<CryptoKey> {
  const bytes = new TextEncoder()
  const source = await crypto.subtle.importKey('raw', bytes.encode(secret), 'HKDF', false, ['deriveKey'])
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: bytes.encode('evergate oauth2') },
    source,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
}
