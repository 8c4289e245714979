/** An error that ends a command with its sentence. `exitCode` 1: it could not be done; 2: it was called wrongly. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly exitCode: 1 | 2

  constructor(exitCode: 1 | 2, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}
