import { hash, type Options } from '@node-rs/argon2'
import { z } from 'zod'
import { createEvenWork } from './even-work.ts'
import { createHashingGate, type Gate } from './hashing-gate.ts'
import { readHash } from './read-hash.ts'
import { argon2Work } from './schemes/argon2.ts'

/** The cost of a hash: memory in KiB, passes and lanes. */
export type HashCost = Required<Pick<Options, 'memoryCost' | 'timeCost' | 'parallelism'>>

// OWASP Password Storage Cheat Sheet: argon2id (the library's default variant), 19 MiB, 2 passes, 1 lane.
const OWASP: HashCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashes and checks passwords, few at a time: both throw {@link BusyError} when too many wait. */
export interface Passwords {
  hash(password: string): Promise<string>
  /** Whether a hash is of another scheme than today's, or was made with other parameters. */
  isOutdated(hash: string): boolean
  /**
   * Whether the password is the one of the hash; false for a text that is no hash, or one that would cost too much to check. A refusal
   * costs the same without a hash as with one, of whichever scheme, so that time does not tell whether an account exists.
   */
  matches(hash: string | undefined, password: string): Promise<boolean>
  /** Tells of hashes that are in use, so that refusals cost as much as theirs from the first one on. */
  expect(hashes: Iterable<string>): void
}

/** A new hash for `passwordHash`: argon2id with OWASP's parameters, as a PHC string. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, OWASP)
}

/** Of the process: every server and router in it shares its threads. */
const hashing = createHashingGate()

/**
 * Whether a password is the one of a hash: of argon2, bcrypt, PBKDF2 as Django and ASP.NET Identity write it, or scrypt as Django and
 * Firebase do. False for any other text, and for a hash that costs more than a second or two to check.
 *
 * @throws BusyError `server_busy` when too many passwords wait to be checked
 */
export function verifyPassword(hash: string, password: string): Promise<boolean> {
  const stored = readHash(hash)
  return typeof stored === 'string' ? Promise.resolve(false) : hashing.run(() => stored.matches(password))
}

/**
 * Hashes with argon2id, by OWASP's parameters unless told otherwise, and checks whatever `readHash` reads.
 *
 * @param onWork - is told what a check of a password computes, so that tests can count it
 */
export function createPasswords(
  gate: Gate = hashing,
  cost: HashCost = OWASP,
  onWork: (family: string, units: number) => void = () => {},
): Passwords {
  const { memoryCost, timeCost, parallelism } = cost
  const prefix = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`
  const { evenOut, meet } = createEvenWork(argon2Work('id', memoryCost, timeCost, parallelism), onWork)
  return {
    hash: (password) => gate.run(() => hash(password, cost)),
    isOutdated: (stored) => !stored.startsWith(prefix),
    async matches(text, password) {
      // A table of somebody's own may hold no hash at all, for who signs in otherwise.
      const read = text === undefined ? 'unreadable' : readHash(text)
      const stored = typeof read === 'string' ? undefined : read
      return await gate.run(async () => {
        if (stored) onWork(stored.work.family, stored.work.units)
        const right = stored !== undefined && (await stored.matches(password))
        if (!right) await evenOut(stored?.work)
        return right
      })
    },
    expect(hashes) {
      for (const text of hashes) {
        const read = readHash(text)
        if (typeof read !== 'string') meet(read.work)
      }
    },
  }
}

const MIN = 8
const MAX = 256

/** A new password: 8 to 256 characters (code points), any of them, taken exactly as typed. */
export const newPassword = z
  .string('not_text')
  .refine((password) => [...password].length >= MIN, 'too_short')
  .refine((password) => [...password].length <= MAX, 'too_long')
