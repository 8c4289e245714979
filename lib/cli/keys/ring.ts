/** The keys of one kind, as their variable lists them: the first makes tokens, all are accepted. A staged one stands last. */
export type KeyRing = {
  readonly keys: readonly string[]
  /** The last key has not made a token yet. */
  readonly staged: boolean
  /** When the first came first, in milliseconds since 1970. */
  readonly rotatedAt: number | undefined
}

/** For the restarts after a rotation: until then the key before goes on making tokens. */
const RESTART_MS = 3_600_000

/** Puts a key at the end, where it is accepted and makes nothing yet. Undefined when one is staged already. */
export function stage(ring: KeyRing, fresh: string): KeyRing | undefined {
  return ring.staged ? undefined : { ...ring, keys: [...ring.keys, fresh], staged: true }
}

/** Puts the staged key, or else a fresh one, in front. */
export function rotate({ keys, staged }: KeyRing, fresh: string, now: number): KeyRing {
  const next = staged ? keys.slice(-1) : [fresh]
  return { keys: [...next, ...(staged ? keys.slice(0, -1) : keys)], staged: false, rotatedAt: now }
}

/** When every token of the older keys has ended; undefined when nobody knows when they were rotated. `life` in seconds. */
export function retirableAt({ rotatedAt }: KeyRing, life: number): number | undefined {
  return rotatedAt === undefined ? undefined : rotatedAt + life * 1000 + RESTART_MS
}

/** The keys that make no tokens any more. */
export function olderKeys({ keys, staged }: KeyRing): readonly string[] {
  return keys.slice(1, staged ? -1 : undefined)
}

/** Leaves out the older keys. */
export function retire(ring: KeyRing): KeyRing {
  const older = new Set(olderKeys(ring))
  return { ...ring, keys: ring.keys.filter((key) => !older.has(key)) }
}
