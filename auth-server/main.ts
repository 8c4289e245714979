/** `node auth-server/main.ts`: reads the environment, opens the store, listens, and ends in order. `main.ts users`: see `cli/users/`. */
import { randomBytes } from 'node:crypto'
import { USAGE } from './cli/usage.ts'
import { loadEnvFile } from './config/env-file.ts'
import { readEnvironment } from './config/environment.ts'
import { inUrl, isLoopback } from './config/loopback.ts'
import { createMailer } from './mail/mailer.ts'
import { mailOptions } from './mail/transports.ts'
import { createLogger } from './observe/logger.ts'
import { openMetrics } from './observe/metrics/open-metrics.ts'
import { openTracing } from './observe/tracing/open-tracing.ts'
import { createPasswords } from './passwords/passwords.ts'
import { createApp } from './server/app.ts'
import { purgePeriodically } from './server/purge.ts'
import { listen } from './server/server.ts'
import type { Settings } from './settings.ts'
import { describeStore } from './store/address.ts'
import { openStore } from './store/open.ts'
import { watchStore } from './store/watch-store.ts'
import { hashesInUse } from './users/hashes-in-use.ts'
import { openDemoUsers } from './users/seed.ts'

function fail(...lines: readonly string[]): never {
  for (const line of lines) console.error(line)
  process.exit(1)
}

function published(email: string, host: string): string {
  return (
    `HOST: on ${host} everybody could sign in as ${email}, whose password stands in the documentation; ` +
    `run \`npx evergate-auth-server users disable ${email}\`, give it another password, or take another STORE_URL`
  )
}

function explain(error: unknown, settings: Settings): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const port = error instanceof Error && 'port' in error ? error.port : undefined
  const variable = port === settings.port ? 'AUTH_PORT' : 'METRICS_PORT'
  if (code === 'store_unavailable' && error instanceof Error) return error.message
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use: stop the other program or set ${variable} to a free one.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST: ${settings.host} is no address of this machine; 127.0.0.1 is, and 0.0.0.0 stands for all of them`
  if (code === 'EACCES')
    return `Port ${port} may not be opened by this user: set ${variable} to one above 1023.`
  return `The auth server could not start: ${error instanceof Error ? error.message : String(error)}`
}

const [, , word, ...words] = process.argv
if (word === 'users') {
  const { runUsers } = await import('./cli/users/run.ts')
  const code = await runUsers(words, 'evergate-auth-server users')
  // The output may be long, and its reader slow.
  process.stdout.write('', () => process.exit(code))
  await new Promise(() => {})
}
if (word === '--help' || word === '-h' || word === 'help') {
  process.stdout.write(USAGE)
  process.exit(0)
}
if (word !== undefined) {
  console.error(`evergate-auth-server knows no ${JSON.stringify(word)}.\n\n${USAGE.trimEnd()}`)
  process.exit(2)
}

loadEnvFile()
const environment = readEnvironment(process.env)
if (!environment.ok) fail(...environment.problems)
const settings = environment.value
const logger = createLogger(settings.logLevel)

try {
  const opened = await openStore(settings.store)
  const { host } = settings
  const passwords = createPasswords()
  const open = isLoopback(host) ? [] : await openDemoUsers(opened.store, passwords)
  if (open.length > 0) fail(...open.map((email) => published(email, host)))
  const traced = settings.spansTo === undefined ? undefined : await openTracing(logger)
  const observed = traced && watchStore(opened.store, traced.tracing.storeObserver(settings.store.kind))
  const bare = observed ?? opened.store
  passwords.expect(await hashesInUse(opened.store))
  const measured = settings.metrics && (await openMetrics(settings.metrics, bare, host, logger))
  const store = measured?.store ?? bare
  const { metrics } = measured ?? {}
  const tracing = () => traced?.tracing
  const closing = new AbortController()
  const mailer = settings.mail && createMailer(mailOptions(settings.mail), logger)
  const parts = {
    mailer,
    store,
    settings,
    clock: Date.now,
    random: randomBytes,
    logger,
    metrics,
    tracing,
    passwords,
  }
  const app = createApp({ ...parts, closing: closing.signal })
  const { port, stop } = await listen(app, settings.port, host)
  const stopPurging = purgePeriodically(store, logger)
  const algorithm = settings.accessKeys.mode === 'shared' ? 'HS256' : settings.accessKeys.keys[0].alg
  const scraped = measured ? `, metrics http://127.0.0.1:${measured.port ?? port}/metrics` : ''
  const sent = traced && settings.spansTo ? `, spans to ${new URL(settings.spansTo).origin}` : ''
  console.log(
    `auth server: http://${inUrl(host)}:${port}, store ${describeStore(settings.store)}, ${algorithm}${scraped}${sent}`,
  )

  let stopping = false
  const end = async () => {
    if (stopping) return
    stopping = true
    stopPurging()
    closing.abort()
    await Promise.all([stop(), measured?.stop()])
    await mailer?.close()
    await Promise.all([store.close(), traced?.stop()])
    process.exit(0)
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
} catch (error) {
  fail(explain(error, settings))
}
