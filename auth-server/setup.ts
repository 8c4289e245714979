/** `node auth-server/setup.ts`: makes and migrates the store, adds the demo users. Safe to run again. */
import { randomBytes } from 'node:crypto'
import { loadEnvFile } from './config/env-file.ts'
import { readStoreAddress } from './config/environment.ts'
import { createPasswords } from './passwords/passwords.ts'
import { describeStore } from './store/address.ts'
import { openStore } from './store/open.ts'
import { StoreError } from './store/store.ts'
import { seedDemoUsers } from './users/seed.ts'

loadEnvFile()
const address = readStoreAddress(process.env)
if (!address.ok) {
  for (const problem of address.problems) console.error(problem)
  process.exit(1)
}

// Passwords that everybody can read on the web must not reach a store that somebody chose for production.
const mayHaveDemoUsers = process.env.NODE_ENV !== 'production' || address.value.isDefault
try {
  const { store, schemaVersion } = await openStore(address.value)
  const seeded = mayHaveDemoUsers && (await seedDemoUsers(store, createPasswords(), randomBytes))
  await store.close()
  const users = seeded ? 'demo users added' : mayHaveDemoUsers ? 'users kept' : 'no demo users in production'
  console.log(`store: ${describeStore(address.value)} ready (schema ${schemaVersion}), ${users}`)
} catch (error) {
  console.error(error instanceof StoreError ? error.message : error)
  process.exit(1)
}
