export type DeletionState = {
  error: string | null
  /** A fault of the typed address. */
  emailError: string | undefined
  /** As it was typed. */
  email: string
  needsPassword: boolean
}

export const NOT_DELETED: DeletionState = {
  error: null,
  emailError: undefined,
  email: '',
  needsPassword: false,
}
