/**
 * An administrator's act on a person: ends one session of theirs (`end SID`), or all, lets them in no more, or again, gives them other
 * roles, or removes their second factors.
 */
export type Deed = `end ${string}` | 'end-all' | 'disable' | 'enable' | 'roles' | 'remove-factors'

export type AdminState = {
  result: string | null
  error: string | null
  /** The deed that the administrator confirms with their password. */
  confirm: Deed | null
  /** A code of their own second factor is needed as well. */
  needsCode: boolean
  /** As they were typed. */
  roles: string | null
}

export const NOTHING_DONE: AdminState = {
  result: null,
  error: null,
  confirm: null,
  needsCode: false,
  roles: null,
}

export const isEnd = (deed: string): deed is `end ${string}` => deed.startsWith('end ')

/** A deed without whom it is done to. */
export const kindOf = (deed: Deed) => (isEnd(deed) ? 'end' : deed)
