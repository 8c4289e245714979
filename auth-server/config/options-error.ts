/** An option of an embedded auth server cannot be used. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError'
  /** `invalid_keys` when keys are among what is wrong. */
  readonly code: 'invalid_keys' | 'invalid_options'
  /** One line for each bad option, its name first. No line ever shows a secret. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The auth server cannot be made:\n${problems.map((problem) => `- ${problem}`).join('\n')}`)
    this.code = problems.some((problem) => problem.startsWith('keys')) ? 'invalid_keys' : 'invalid_options'
    this.problems = problems
  }
}
