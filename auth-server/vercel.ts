/** The auth server as a Vercel function: the platform listens, and freezes it between two requests. */
import { randomBytes } from 'node:crypto'
import { readEnvironment } from './config/environment.ts'
import { createLogger } from './observe/logger.ts'
import { createPasswords } from './passwords/passwords.ts'
import { createApp } from './server/app.ts'
import { purgePeriodically } from './server/purge.ts'
import { createFunction } from './server/serverless.ts'
import { openStore } from './store/open.ts'
import { hashesInUse } from './users/hashes-in-use.ts'

const environment = readEnvironment(process.env)
if (!environment.ok) {
  for (const problem of environment.problems) console.error(problem)
  process.exit(1)
}
const settings = environment.value
const logger = createLogger(settings.logLevel)

export default createFunction(async () => {
  const { store } = await openStore(settings.store, undefined, 'function')
  purgePeriodically(store, logger)
  const passwords = createPasswords()
  passwords.expect(await hashesInUse(store))
  const app = createApp({ store, settings, clock: Date.now, random: randomBytes, logger, passwords })
  return { app, ping: store.ping }
}, Date.now)
