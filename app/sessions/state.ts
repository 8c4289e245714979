export type SessionsState = {
  result: string | null
  error: string | null
  /** What the person has to confirm with their password: the `sid` of a session, or all of them. */
  confirm: string | null
}

export const QUIET: SessionsState = { result: null, error: null, confirm: null }

/** In the place of a `sid`: every session. */
export const EVERYWHERE = 'everywhere'
