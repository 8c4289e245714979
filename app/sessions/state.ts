export type SessionsState = {
  result: string | null
  error: string | null
  /** The sessions that the person confirms with their password: one `sid`, or all. */
  confirm: string | null
}

export const QUIET: SessionsState = { result: null, error: null, confirm: null }

/** In the place of a `sid`: every session. */
export const EVERYWHERE = 'everywhere'
