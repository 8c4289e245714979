/** `node auth-server/setup.ts`: makes and migrates the store, adds the demo users. Safe to run again. */
import { randomBytes } from 'node:crypto'
import { loadEnvFile } from './config/env-file.ts'
import { readHost, readStoreAddress } from './config/environment.ts'
import { isLoopback } from './config/loopback.ts'
import { createPasswords } from './passwords/passwords.ts'
import { describeStore } from './store/address.ts'
import { openStore } from './store/open.ts'
import { StoreError } from './store/store.ts'
import { seedDemoUsers } from './users/seed.ts'

loadEnvFile()
const address = readStoreAddress(process.env)
const host = readHost(process.env)
if (!address.ok || !host.ok) {
  for (const reading of [host, address])
    if (!reading.ok) for (const line of reading.problems) console.error(line)
  process.exit(1)
}

// Passwords that everybody can read on the web must not reach a store that somebody chose for production, nor a server that
// others can reach.
const whyNoDemoUsers =
  process.env.NODE_ENV === 'production' && !address.value.isDefault
    ? 'no demo users in production'
    : isLoopback(host.value)
      ? undefined
      : `no demo users, because HOST is ${host.value}`
try {
  const { store, schemaVersion } = await openStore(address.value)
  const seeded = !whyNoDemoUsers && (await seedDemoUsers(store, createPasswords(), randomBytes))
  await store.close()
  const users = whyNoDemoUsers ?? (seeded ? 'demo users added' : 'users kept')
  console.log(`store: ${describeStore(address.value)} ready (schema ${schemaVersion}), ${users}`)
} catch (error) {
  console.error(error instanceof StoreError ? error.message : error)
  process.exit(1)
}
