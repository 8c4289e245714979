import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'

/** A secret of `ETLS_REFRESH`, ready for use. Each kind of value made with it begins with a version of its own, so that no kind passes for another. */
export interface Key {
  /** A fingerprint rather than a position in the list, so that it stays when a newer secret is put in front. */
  readonly number: string
  readonly secret: KeyObject
}

/** The key of a secret. */
export function toKey(text: string): Key {
  const secret = createSecretKey(Buffer.from(text))
  const fingerprint = createHmac('sha256', secret).update('evergate refresh token key number').digest()
  return { number: fingerprint.subarray(0, 6).toString('base64url'), secret }
}

/** HMAC-SHA-256 in base64url: 43 characters. */
export function mac(key: Key, body: string): string {
  return createHmac('sha256', key.secret).update(body).digest('base64url')
}

/** The texts are compared, not the bytes they stand for: base64url has spellings that decode alike. Both have one length. */
export function equalTexts(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
