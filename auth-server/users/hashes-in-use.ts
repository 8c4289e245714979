import type { Store } from '../store/store.ts'

/** So many tell which schemes there are: a table that was taken over has one or two. */
const SAMPLE = 200

/** Hashes of some users, for what refusals are to cost: see `Passwords.expect`. */
export async function hashesInUse({ users }: Pick<Store, 'users'>): Promise<string[]> {
  return (await users.list('', SAMPLE)).map(({ passwordHash }) => passwordHash)
}
