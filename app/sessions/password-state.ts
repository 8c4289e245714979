/** The fields' names. */
export const CURRENT = 'current-password'
export const NEXT = 'new-password'

export type PasswordState = {
  result: string | null
  error: string | null
  fields: { [CURRENT]?: string; [NEXT]?: string }
}

export const NO_CHANGE: PasswordState = { result: null, error: null, fields: {} }
