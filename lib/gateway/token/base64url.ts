/**
 * Base64url without padding (RFC 4648 5). By hand here, because what jose's brings besides is larger than the use of it at the
 * edge.
 */
export function encode(input: string | Uint8Array): string {
  let binary = ''
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Throws for anything else. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  if (/[+/]/.test(text)) throw new TypeError('no base64url')
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = binary.charCodeAt(index)
  return bytes
}
