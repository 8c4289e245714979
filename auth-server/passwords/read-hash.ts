import { argon2 } from './schemes/argon2.ts'
import { bcrypt } from './schemes/bcrypt.ts'
import { aspNetIdentity, djangoPbkdf2 } from './schemes/pbkdf2.ts'
import type { Scheme, StoredHash } from './schemes/scheme.ts'
import { djangoScrypt, firebase, phcScrypt } from './schemes/scrypt.ts'

const schemes: readonly Scheme[] = [
  argon2,
  bcrypt,
  djangoPbkdf2,
  djangoScrypt,
  phcScrypt,
  firebase,
  aspNetIdentity,
]

/** Longest hash that is looked at: Firebase's is the longest, with some 300. */
const LONGEST = 1024

/** A stored text about a password: a hash of a scheme that is known, or why nobody can sign in with it. */
export function readHash(text: string): StoredHash | 'unreadable' | 'too-costly' {
  if (text.length > LONGEST) return 'unreadable'
  for (const scheme of schemes) {
    const read = scheme(text)
    if (read !== undefined) return read
  }
  return 'unreadable'
}
