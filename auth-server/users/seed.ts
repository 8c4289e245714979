import type { Passwords } from '../passwords/passwords.ts'
import { newId, type Random } from '../store/new-id.ts'
import type { Store } from '../store/store.ts'

const demoUsers = [
  { email: 'demo@example.com', password: 'demo-password-123', name: 'Demo', roles: ['user'] },
  { email: 'admin@example.com', password: 'admin-password-123', name: 'Admin', roles: ['user', 'admin'] },
]

/** The demo users that can sign in with the password that stands in the documentation. */
export async function openDemoUsers(
  { users }: Pick<Store, 'users'>,
  passwords: Pick<Passwords, 'matches'>,
): Promise<string[]> {
  const open: string[] = []
  for (const { email, password } of demoUsers) {
    const user = await users.findByEmail(email)
    if (user?.disabledAt === null && (await passwords.matches(user.passwordHash, password))) open.push(email)
  }
  return open
}

/** Adds the demo users to a store without users; answers whether it did. */
export async function seedDemoUsers(store: Store, passwords: Passwords, random: Random): Promise<boolean> {
  if (!(await store.users.isEmpty())) return false
  for (const { password, ...person } of demoUsers) {
    const passwordHash = await passwords.hash(password)
    await store.users.create({ ...person, id: newId(random), passwordHash })
  }
  return true
}
