/**
 * An administrator's act on a person: ends one session of theirs (`end SID`), or all, lets them in no more, or again, gives them other
 * roles, removes their second factors, or deletes them.
 */
export type Deed = `end ${string}` | 'end-all' | 'disable' | 'enable' | 'roles' | 'remove-factors' | 'delete'

export type AdminState = {
  result: string | null
  error: string | null
  /** The deed that the administrator confirms with their password. */
  confirm: Deed | null
  /** A code of their own second factor is needed as well. */
  needsCode: boolean
  /** The text that belongs to it, as it was typed: roles, or the address of somebody who is to be deleted. */
  typed: string | null
  /** A fault of that text. */
  typedError: string | undefined
}

export const NOTHING_DONE: AdminState = {
  result: null,
  error: null,
  confirm: null,
  needsCode: false,
  typed: null,
  typedError: undefined,
}

export const isEnd = (deed: string): deed is `end ${string}` => deed.startsWith('end ')

/** The field that a deed has of its own. */
export const fieldOf = (deed: Deed) =>
  deed === 'roles' ? 'roles' : deed === 'delete' ? 'their-email' : undefined

/** A deed without whom it is done to. */
export const kindOf = (deed: Deed) => (isEnd(deed) ? 'end' : deed)
