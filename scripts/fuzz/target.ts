import type * as fc from 'fast-check'

/** One way in, and what must hold whatever comes through it. */
export interface Target {
  readonly name: string
  /** How many inputs `npm run check` has the time for. */
  readonly few: number
  /** Checks `runs` inputs that `seed` leads to, after the examples of past failures. */
  check(how: { seed: number; runs: number; path?: string | undefined }): Promise<fc.RunDetails<unknown>>
  /** Frees what the checks needed. */
  close?(): Promise<void>
}
