import { newId, type Random } from '../store/new-id.ts'
import type { NewUser, Store } from '../store/store.ts'

/** Somebody who registers; the password is hashed already. */
export type Newcomer = Pick<NewUser, 'email' | 'name' | 'passwordHash'>

/** Makes a user of them; undefined when somebody has that e-mail address. */
export type CreateUser = (newcomer: Newcomer) => Promise<NewUser | undefined>

/** Users of the store itself. */
export function createUserIn(store: Pick<Store, 'users'>, random: Random): CreateUser {
  return async (newcomer) => {
    const user: NewUser = { id: newId(random), roles: ['user'], ...newcomer }
    return (await store.users.create(user)) === 'created' ? user : undefined
  }
}
