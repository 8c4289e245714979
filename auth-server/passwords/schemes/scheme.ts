/** A kind of work, and how much of it a check does. Units of one family take time in proportion. */
export interface Work {
  /** Everything the time of a unit depends on: the function, its digest, its memory. */
  readonly family: string
  readonly units: number
  /** Does so many units of this family, for nothing: see `even-work.ts`. */
  spend(units: number): Promise<void>
}

/** A stored hash that can be checked. */
export interface StoredHash {
  readonly work: Work
  matches(password: string): Promise<boolean>
}

/**
 * Reads a hash. Undefined: it is of another scheme, or no hash at all. `too-costly`: a check of it would keep a core, or memory, for
 * longer than a sign-in is worth; a planted hash must not stop the server.
 */
export type Scheme = (text: string) => StoredHash | 'too-costly' | undefined

/** The powers of two that make up a number, from `smallest` on: what is below it is too little to be seen. */
export function powersOfTwo(units: number, smallest: number): number[] {
  const powers: number[] = []
  for (let power = smallest; power <= units; power *= 2)
    if (Math.floor(units / power) % 2 === 1) powers.push(power)
  return powers
}
