import { pbkdf2 as derive, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Scheme, StoredHash, Work } from './scheme.ts'

const pbkdf2Of = promisify(derive)

const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const
type Digest = keyof typeof DIGEST_BYTES

/** About two seconds; Django 6 takes 1,200,000. */
const MOST_ITERATIONS = 3_000_000
const LONGEST_KEY = 64

function workOf(digest: Digest, units: number): Work {
  return {
    family: `pbkdf2 ${digest}`,
    units,
    async spend(units) {
      await pbkdf2Of('', 'salt', units, DIGEST_BYTES[digest], digest)
    },
  }
}

function read(digest: Digest, iterations: number, salt: Buffer, key: Buffer): ReturnType<Scheme> {
  if (iterations < 1 || key.length < 16 || key.length > LONGEST_KEY) return undefined
  // Each block of the key is derived by itself.
  const units = iterations * Math.ceil(key.length / DIGEST_BYTES[digest])
  if (units > MOST_ITERATIONS) return 'too-costly'
  const hash: StoredHash = {
    work: workOf(digest, units),
    async matches(password) {
      return timingSafeEqual(await pbkdf2Of(password, salt, iterations, key.length, digest), key)
    },
  }
  return hash
}

const DJANGO = /^pbkdf2_(sha1|sha256)\$(\d{1,10})\$([^$]{1,128})\$([A-Za-z\d+/]{20,88}={0,2})$/

/** Django: `pbkdf2_sha256$iterations$salt$base64`, and the same with `sha1`. The salt is text. */
export const djangoPbkdf2: Scheme = (text) => {
  const [, digest, iterations, salt = '', key = ''] = DJANGO.exec(text) ?? []
  if (digest === undefined) return undefined
  return read(digest as Digest, Number(iterations), Buffer.from(salt), Buffer.from(key, 'base64'))
}

const BASE64 = /^(?:[A-Za-z\d+/]{4}){12,48}(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/
const VERSION_2 = { length: 49, salt: 16, iterations: 1000 }
const PRFS: readonly Digest[] = ['sha1', 'sha256', 'sha512']
const HEADER = 13

/**
 * ASP.NET Identity: base64 of a version byte and what follows it. Version 3 names digest, iterations and the length of its salt;
 * version 2 is PBKDF2 with SHA-1 and 1000 iterations.
 */
export const aspNetIdentity: Scheme = (text) => {
  if (!BASE64.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  if (bytes[0] === 0 && bytes.length === VERSION_2.length)
    return read('sha1', VERSION_2.iterations, bytes.subarray(1, 17), bytes.subarray(17))
  if (bytes[0] !== 1) return undefined
  const digest = PRFS[bytes.readUInt32BE(1)]
  const saltLength = bytes.readUInt32BE(9)
  if (digest === undefined || saltLength < 8 || saltLength > bytes.length - HEADER) return undefined
  const [salt, key] = [bytes.subarray(HEADER, HEADER + saltLength), bytes.subarray(HEADER + saltLength)]
  return read(digest, bytes.readUInt32BE(5), salt, key)
}
