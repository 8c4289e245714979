import { DatabaseSync } from 'node:sqlite'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { bearer } from 'better-auth/plugins'
import { ANNA } from '../support/ledger.ts'
import { listen } from '../support/listen.ts'

/** better-auth with its bearer plugin: one opaque token that slides, `Origin` wanted, 200 with `null` when it is over. */
export async function startBetterAuth() {
  const options = {
    database: new DatabaseSync(':memory:'),
    secret: 'a secret of a better-auth app, long enough',
    baseURL: 'http://127.0.0.1',
    trustedOrigins: ['http://app.example'],
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    plugins: [bearer()],
  }
  const auth = betterAuth(options)
  await (await getMigrations(options)).runMigrations()
  await auth.api.signUpEmail({ body: { email: ANNA.email, password: ANNA.password, name: ANNA.name } })
  return listen(toNodeHandler(auth))
}
