import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Random } from '../store/new-id.ts'
import { toKey } from '../tokens/mac.ts'

/** Keeps secrets that must be read again, such as those of TOTP, sealed at rest. */
export interface Seal {
  /** @param about - what the secret belongs to: it can be opened for nothing else */
  close(secret: Uint8Array, about: string): string
  /** The secret; undefined when it was sealed by none of the keys, for something else, or was changed. */
  open(sealed: string, about: string): Uint8Array | undefined
  /** Whether it is sealed with an older key than the newest. */
  isOutdated(sealed: string): boolean
  /** Bytes that only this server can make of a token, always the same. */
  derive(token: string, about: string, length: number): Uint8Array
}

/*
 * version . key number . nonce . AES-256-GCM (RFC 5116 5.2), each in base64url. The key comes from a secret of `ETLS_REFRESH` by HKDF.
 */
const FORMAT = /^s1\.([\w-]{8})\.([\w-]{16})\.([\w-]{23,400})$/
const TAG_BYTES = 16

/** @param secrets - newest first. Sealed with the first, opened with all. */
export function createSeal(secrets: readonly [string, ...string[]], random: Random): Seal {
  const keyOf = (secret: string, use: string, length = 32) =>
    Buffer.from(hkdfSync('sha256', secret, '', `evergate ${use}`, length))
  const newest = { number: toKey(secrets[0]).number, bytes: keyOf(secrets[0], 'factors at rest') }
  const byNumber = new Map(
    secrets.map((secret) => [toKey(secret).number, keyOf(secret, 'factors at rest')] as const),
  )
  return {
    close(secret, about) {
      const nonce = random(12)
      const cipher = createCipheriv('aes-256-gcm', newest.bytes, nonce).setAAD(Buffer.from(about))
      const body = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()])
      const parts = [Buffer.from(nonce), body].map((bytes) => bytes.toString('base64url'))
      return ['s1', newest.number, ...parts].join('.')
    },
    open(sealed, about) {
      const [, number = '', nonce = '', text = ''] = FORMAT.exec(sealed) ?? []
      const key = byNumber.get(number)
      if (!key) return undefined
      const body = Buffer.from(text, 'base64url')
      const [secret, tag] = [body.subarray(0, -TAG_BYTES), body.subarray(-TAG_BYTES)]
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'))
        decipher.setAAD(Buffer.from(about)).setAuthTag(tag)
        return Buffer.concat([decipher.update(secret), decipher.final()])
      } catch {
        return undefined
      }
    },
    isOutdated: (sealed) => FORMAT.exec(sealed)?.[1] !== newest.number,
    derive: (token, about, length) => keyOf(secrets[0], `${about} ${token}`, length),
  }
}
