/**
 * A protection that a row of docs/security.md claims, as text of the source. `npm run mutate:rows` takes it away, and the row's test must fail.
 */
export type Protection = {
  /** How the row's requirement begins, as no other's does. */
  readonly row: string
  readonly file: string
  /** The file with its tests. */
  readonly test: string
  /** A part of their titles. Default: all of the file's. */
  readonly title?: string
  /** Texts that stand once in `file`, and what stands in their place without the protection. Each is tried alone. */
  readonly without: Readonly<Record<string, string>>
}

/** A row that this cannot try, and why. */
export type Untried = { readonly row: string; readonly because: string }

/** One text of a protection, taken away. */
export type Mutant = Omit<Protection, 'without'> & { readonly text: string; readonly instead: string }

/** The mutants of a protection. */
export const mutantsOf = ({ without, ...where }: Protection): Mutant[] =>
  Object.entries(without).map(([text, instead]) => ({ ...where, text, instead }))
