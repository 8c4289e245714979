import type { AccessTokenClaims } from '../token/claims.ts'

type Listening = { readonly session: AccessTokenClaims; readonly listener: () => void }

/** One list for the process: an app's bundles hold a copy of this module each. */
const PLACE = Symbol.for('evergate.listening')
const shared = globalThis as { [PLACE]?: Set<Listening> }

function listening(): Set<Listening> {
  shared[PLACE] ??= new Set()
  return shared[PLACE]
}

/**
 * Calls `listener`, once, when this process learns that a session has ended before its time. {@link tellEnded} tells it.
 *
 * @returns a function that takes the listener off the list.
 */
export function onEnded(session: AccessTokenClaims, listener: () => void): () => void {
  const entry = { session, listener }
  listening().add(entry)
  return () => void listening().delete(entry)
}

/**
 * Tells everybody who listens that their session has ended. For those who learn of it: a sign-out in this process, a list of what has
 * ended elsewhere.
 *
 * @param hasEnded whether the session of these claims is one of them.
 */
export function tellEnded(hasEnded: (session: AccessTokenClaims) => boolean): void {
  for (const entry of [...listening()])
    if (hasEnded(entry.session)) {
      listening().delete(entry)
      entry.listener()
    }
}

/** How many listen: while somebody does, a list of what has ended is worth keeping up to date, with or without requests. */
export const listeners = (): number => listening().size
