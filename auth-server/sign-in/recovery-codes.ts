import type { Random } from '../store/new-id.ts'
import { digestOf } from '../tokens/one-time.ts'

/** Letters and digits that are not taken for each other: 32, so that each stands for five bits. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const LENGTH = 16
const COUNT = 10

/** Ten codes of 80 random bits, as people read them: `7K2M-Q9XA-…`. */
export function newRecoveryCodes(random: Random): string[] {
  return Array.from({ length: COUNT }, () => {
    const letters = [...random(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length])
    return letters.join('').replace(/(.{4})(?=.)/g, '$1-')
  })
}

/** The name of a code in the store. 80 random bits cannot be guessed from a digest, so it needs no slow hash. */
export function recoveryCodeId(userId: string, typed: string): string | undefined {
  const code = typed.toUpperCase().replace(/[\s-]/g, '')
  if (code.length !== LENGTH || [...code].some((letter) => !ALPHABET.includes(letter))) return undefined
  return digestOf(`recovery code ${userId} ${code}`)
}
