const SPELLED = /^(?:hex:((?:[\da-f]{2})+)|base64:([\w+/-]+)=*)$/i

/** The bytes of a shared secret: those that `hex:…` or `base64:…` spell, or else those of its text. */
export function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  const [spelled, hex, base64 = ''] = SPELLED.exec(secret) ?? []
  if (!spelled) return new TextEncoder().encode(secret)
  const binary = hex
    ? hex.replace(/../g, (pair) => String.fromCharCode(Number(`0x${pair}`)))
    : atob(base64.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
