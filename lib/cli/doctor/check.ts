/** A fault in one place, and what to do next. */
export type Detail = { readonly message: string; readonly fix: string }

export type Finding = Detail & { readonly check: string; readonly level: 'error' | 'warning' }

/** One thing that can be wrong with a subject. `error`: somebody is let in, kept out or signed out who should not be. */
export type Check<Subject> = {
  readonly id: string
  /** The statement that holds when nothing is found. */
  readonly title: string
  readonly level: Finding['level']
  readonly run: (subject: Subject) => readonly Detail[]
}

/** Runs checks on one subject, in their order. */
export function runChecks<Subject>(checks: readonly Check<Subject>[], subject: Subject): Finding[] {
  return checks.flatMap(({ id, level, run }) =>
    run(subject).map((detail) => ({ check: id, level, ...detail })),
  )
}

/** One detail when it holds, none otherwise. */
export const when = (holds: unknown, message: string, fix: string): Detail[] =>
  holds ? [{ message, fix }] : []
