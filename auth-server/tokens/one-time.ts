import { createHash } from 'node:crypto'
import type { Random } from '../store/new-id.ts'

/** A token of 256 bits that is good once: the store knows its digest alone. */
export function newOneTimeToken(random: Random): string {
  return Buffer.from(random(32)).toString('base64url')
}

/** The name of a secret in the store: SHA-256, so it is for values of random bits alone. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
