import { hash, type Options, verify } from '@node-rs/argon2'
import { z } from 'zod'
import { createHashingGate, type Gate } from './hashing-gate.ts'

/** What a hash costs: memory in KiB, passes and lanes. */
export type HashCost = Required<Pick<Options, 'memoryCost' | 'timeCost' | 'parallelism'>>

// OWASP Password Storage Cheat Sheet: argon2id (the library's default variant), 19 MiB, 2 passes, 1 lane.
const OWASP: HashCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashes and checks passwords, few at a time: both throw {@link BusyError} when too many wait. */
export interface Passwords {
  hash(password: string): Promise<string>
  /** Whether a hash was made with other parameters than today's. */
  isOutdated(hash: string): boolean
  /**
   * Whether the password is the one of the hash; false for a hash that is not argon2's. Takes as long without a hash as with one, so
   * that time does not tell whether an account exists.
   */
  matches(hash: string | undefined, password: string): Promise<boolean>
}

/** A new hash for `passwordHash`: argon2id with OWASP's parameters, as a PHC string. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, OWASP)
}

/** Of the process: every server and router in it shares its threads. */
const hashing = createHashingGate()

/** Argon2id, with OWASP's parameters unless told otherwise. */
export function createPasswords(gate: Gate = hashing, cost: HashCost = OWASP): Passwords {
  const prefix = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`
  const nobodys = hash('the password of nobody', cost)
  // Reported where it is awaited; without this an early failure would end the process.
  nobodys.catch(() => {})
  return {
    hash: (password) => gate.run(() => hash(password, cost)),
    isOutdated: (stored) => !stored.startsWith(prefix),
    async matches(stored, password) {
      // A table of somebody's own may hold other hashes, or none for who signs in otherwise.
      const readable = stored?.startsWith('$argon2') ? stored : undefined
      const expected = readable ?? (await nobodys)
      const right = await gate.run(() => verify(expected, password))
      return right && readable !== undefined
    },
  }
}

const MIN = 8
const MAX = 256

/** A new password: 8 to 256 characters (code points), any of them, taken exactly as typed. */
export const newPassword = z
  .string('must be text')
  .refine((password) => [...password].length >= MIN, `must have at least ${MIN} characters`)
  .refine((password) => [...password].length <= MAX, `must have at most ${MAX} characters`)
