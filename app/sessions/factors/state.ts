/** The answer to a form about factors. */
export type FactorState = {
  result: string | null
  error: string | null
  /** The act waits for the password, and a code where there is a second factor. */
  confirm: boolean
  /** An authenticator app that has shown no code yet. */
  setup: { setup: string; secret: string; uri: string; svg: string } | null
  /** Recovery codes, shown this once. */
  codes: readonly string[]
}

export const QUIET: FactorState = { result: null, error: null, confirm: false, setup: null, codes: [] }
