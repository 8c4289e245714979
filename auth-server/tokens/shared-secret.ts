const SPELLED = /^(?:hex:((?:[\da-f]{2})+)|base64:([\w+/-]+)=*)$/i

/** The bytes of the shared secret: those that `hex:…` or `base64:…` spell, or else those of its text. The gateway reads it alike. */
export function sharedSecretBytes(secret: string): Buffer {
  const [, hex, base64] = SPELLED.exec(secret) ?? []
  if (hex) return Buffer.from(hex, 'hex')
  return base64 ? Buffer.from(base64, 'base64') : Buffer.from(secret)
}
