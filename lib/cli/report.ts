/** 0: all is well, or done. 1: something was found, or refused. 2: the command was used wrongly. */
export type ExitCode = 0 | 1 | 2

/** The result of a command: for a person, and for a program that asked for `--json`. */
export type Report = {
  readonly exitCode: 0 | 1
  readonly text: string
  /** Failures, for standard error. */
  readonly errors?: string
  readonly json: unknown
}

/** Ends a command; its message is for a person, says what to do next, and is shown without a stack. */
export class Problem extends Error {
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}
