/** A key for HS256. */
export const HMAC = { name: 'HMAC', hash: 'SHA-256', length: 256 }
/** A key for A256GCM. */
export const AES = { name: 'AES-GCM', length: 256 }

/**
 * A key that a secret is the source of (HKDF, RFC 5869): good for nothing but what `purpose` says, and it says nothing of the
 * secret.
 */
export async function deriveKey(
  secret: string,
  purpose: string,
  algorithm: typeof HMAC | typeof AES,
): Promise<CryptoKey> {
  const bytes = new TextEncoder()
  const source = await crypto.subtle.importKey('raw', bytes.encode(secret), 'HKDF', false, ['deriveKey'])
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: bytes.encode(purpose) },
    source,
    algorithm,
    false,
    algorithm === AES ? ['encrypt', 'decrypt'] : ['sign', 'verify'],
  )
}
