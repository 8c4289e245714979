/** An administrator's act on a person: ends one session of theirs (`end SID`), or all, or lets them in no more, or again. */
export type Deed = `end ${string}` | 'end-all' | 'disable' | 'enable'

export type AdminState = {
  result: string | null
  error: string | null
  /** The deed that the administrator confirms with their password. */
  confirm: Deed | null
}

export const NOTHING_DONE: AdminState = { result: null, error: null, confirm: null }
