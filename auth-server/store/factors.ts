/** Kinds of proof beside the password, and the devices that were let off it. */
export type FactorKind = 'totp' | 'passkey' | 'recovery-code' | 'trusted-device'

/** Something that a user proves who they are with, beside the password. */
export interface Factor {
  /** Unique among those of the user. Of a recovery code and of a trusted device it is a digest of the secret. */
  readonly id: string
  readonly userId: string
  readonly kind: FactorKind
  /** How the person calls it, or the user agent of a device. */
  readonly name: string
  /** Its secret, sealed, or its public key; empty where the id says all. */
  readonly data: string
  /** The newest use: the time step of a TOTP code, the counter of a passkey. It only grows. */
  readonly counter: number
  /** Milliseconds since 1970, as every time here. */
  readonly createdAt: number
  readonly usedAt: number | null
  readonly endsAt: number | null
}

/** A factor to be; the store says when it came. */
type NewFactor = Omit<Factor, 'createdAt' | 'usedAt' | 'endsAt'> & {
  /** Milliseconds that it counts; null: until it is removed. */
  readonly life: number | null
}

/** One use of a factor. */
interface FactorUse {
  /** The counter that was seen: the guard of the compare-and-swap. */
  readonly from: number
  readonly to: number
  readonly data: string
}

/** The factors of a store. Every write is one atomic step. */
export interface FactorStore {
  /** False, and nothing written, when the user has one of this id that counts. */
  add(factor: NewFactor): Promise<boolean>
  /** Those that count, the oldest first. */
  list(userId: string): Promise<Factor[]>
  /** Notes a use, if the counter is still what was seen; false otherwise. Of many at the same time one gets it. */
  use(userId: string, id: string, use: FactorUse): Promise<boolean>
  /** Removes one; false when it is not there. Of many at the same time one gets it. */
  take(userId: string, id: string): Promise<boolean>
  /** Removes those of a user, all or all of a kind; answers how many. */
  removeAll(userId: string, kind?: FactorKind): Promise<number>
  /** Deletes at most `limit` that are over; answers how many. */
  purge(limit: number): Promise<number>
}
