import { getSession } from 'evergate/next'

/** Until the last session of the library before has run out. `theirs` answers the user's id, or null. */
export async function whoever(theirs: () => Promise<string | null>): Promise<string | null> {
  const session = await getSession()
  return session ? session.user.id : theirs()
}
