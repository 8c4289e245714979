import { decode } from 'jose/base64url'

const SPELLED = /^(?:hex:((?:[\da-f]{2})+)|base64:([\w+/-]+)=*)$/i

/** The bytes of a shared secret: those that `hex:…` or `base64:…` spell, or else those of its text. */
export function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  const [spelled, hex, base64 = ''] = SPELLED.exec(secret) ?? []
  if (!spelled) return new TextEncoder().encode(secret)
  return hex
    ? Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number(`0x${pair}`))
    : Uint8Array.from(decode(base64.replaceAll('+', '-').replaceAll('/', '_')))
}
