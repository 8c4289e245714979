/**
 * better-auth behind Express, its session renewed by each request for it (`updateAge: 0`), on SQLite with the same
 * promise as ours: a commit lasts. Its answer carries no signed token. Prints its cookies, then where it listens.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import express from 'express'

const [, , count, file = ':memory:'] = process.argv
const database = new DatabaseSync(file)
database.exec('pragma journal_mode = wal; pragma synchronous = full')
const options = {
  database,
  secret: 'a secret of the benchmark that is long enough 0123456789',
  baseURL: 'http://127.0.0.1',
  emailAndPassword: { enabled: true },
  session: { updateAge: 0 },
  rateLimit: { enabled: false },
  advanced: { disableOriginCheck: true },
  telemetry: { enabled: false },
}
await (await getMigrations(options)).runMigrations()
const auth = betterAuth(options)
const cookies: string[] = []
for (let i = 0; i < Number(count); i++) {
  const body = { email: `user${i}@example.com`, password: 'correct horse battery', name: 'A user' }
  const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true })
  cookies.push(
    headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; '),
  )
}
const app = express()
app.all('/api/auth/*splat', toNodeHandler(auth))
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
console.log(`credentials ${JSON.stringify(cookies)}`)
console.log(`listening ${(server.address() as AddressInfo).port}`)
