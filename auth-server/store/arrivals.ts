import type { Arrival, NewUser } from './store.ts'

/**
 * The outcome for each of many users.
 *
 * @param created - addresses and ids of those that were new; one that stands in the list twice was created once
 * @param hashesOf - the hashes of those who have these addresses
 */
export async function arrivalsOf(
  users: readonly NewUser[],
  created: Map<string, string>,
  hashesOf: (emails: string[]) => Promise<ReadonlyMap<string, string>>,
): Promise<Arrival[]> {
  const isNew = users.map(({ email, id }) => created.get(email) === id && created.delete(email))
  const others = users.filter((_, i) => !isNew[i]).map(({ email }) => email)
  const hashes = others.length === 0 ? new Map<string, string>() : await hashesOf(others)
  return users.map(({ email, passwordHash }, i) => {
    if (isNew[i]) return 'created'
    const there = hashes.get(email)
    if (there === undefined) return 'id_taken'
    return there === passwordHash ? 'there_already' : 'email_taken'
  })
}
