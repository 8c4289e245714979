import type { Target } from './target.ts'

/** One attack. `run` throws when something gave way. */
export type Attack = {
  /** The attacker's attempt, in a line. */
  readonly name: string
  /** The or standard's name for it, such as `CWE-601`. */
  readonly kind: string
  /** It is about CPU or memory of the app's own process, and not about its surroundings: it runs against the app alone. */
  readonly alone?: true
  readonly run: (target: Target) => Promise<void>
}

/** Fails unless something holds. */
export function holds(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what)
}
