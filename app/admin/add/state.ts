export type AddState = {
  email: string
  name: string
  error: string | null
  /** Faults of fields, by name. */
  fields: Record<string, string>
  /** The administrator's own password is asked for. */
  needsPassword: boolean
}

export const NOBODY_ADDED: AddState = { email: '', name: '', error: null, fields: {}, needsPassword: false }
