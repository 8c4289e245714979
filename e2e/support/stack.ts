import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../scripts/testing/free-port.ts'
import { ADMIN, DEMO } from './accounts.ts'
import type { Line } from './line.ts'
import { openLine } from './line.ts'
import type { Running } from './processes.ts'
import { runAuthServer, setUpStore, startApp, startAuthServer } from './processes.ts'
import { secretsIn } from './secrecy.ts'

/** The whole product on ports of its own: the app, the auth server, and between them a line that can be watched and cut. */
export type Stack = {
  readonly app: Running
  readonly auth: Running
  readonly line: Line
  /** The HS256 secret of access tokens, so that a test can make one of any age. */
  readonly accessSecret: string
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** In the place of `APP_URL`: the address of the stack's own app. */
export const ITSELF = 'itself'

const secret = () => randomBytes(32).toString('base64url')

/** Starts a stack with a store of its own; `env` goes to both parts. */
export async function startStack(env: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'evergate-'))
  const accessSecret = secret()
  const appPort = env.APP_URL === ITSELF ? await freePort() : undefined
  const all = {
    NODE_ENV: 'test',
    ETLS_ACCESS: accessSecret,
    ETLS_REFRESH: secret(),
    GATEWAY_SECRET: secret(),
    // Everybody here comes from one address.
    REGISTRATION_LIMIT: 'off',
    STORE_URL: `sqlite:${join(folder, 'auth.db')}`,
    ...env,
    ...(appPort !== undefined && { APP_URL: `http://localhost:${appPort}` }),
  }
  const isUsual = !['STORE_URL', 'HOST', 'NODE_ENV'].some((name) => name in env)
  if (isUsual) await copyFile(await preparedStore(all), join(folder, 'auth.db'))
  const auth = await (isUsual ? runAuthServer(all) : startAuthServer(all))
  const line = await openLine(auth.url)
  const end = async () => {
    await Promise.all([auth.stop(), line.close()])
    await rm(folder, { recursive: true, force: true })
  }
  const starting = startApp({ ...all, NODE_ENV: 'production', REMOTE_API: line.url }, appPort)
  const app = await starting.catch(async (error) => {
    await end()
    throw error
  })
  return {
    app,
    auth,
    line,
    accessSecret,
    env: all,
    async stop() {
      const sent = line.calls().map(({ headers }) => `${headers.cookie ?? ''} ${headers.authorization ?? ''}`)
      await app.stop()
      await end()
      expectSilence({ app, 'auth server': auth }, { ...secretsOf(all), ...presentedIn(sent) })
    },
  }
}

let prepared: Promise<string> | undefined

/** A file with schema and demo users: the same for every stack of a process, which copies it. */
function preparedStore(env: Readonly<Record<string, string>>): Promise<string> {
  prepared ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), 'evergate-store-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'auth.db')
    await setUpStore({ ...env, STORE_URL: `sqlite:${file}` })
    return file
  })()
  return prepared
}

/** Every log of every stack is read at its end: ASVS 16.2.5. */
function expectSilence(
  parts: Readonly<Record<string, Running>>,
  secrets: Readonly<Record<string, string>>,
): void {
  for (const [name, part] of Object.entries(parts)) {
    const found = secretsIn(part.output(), secrets)
    if (found.length > 0) throw new Error(`the log of the ${name} holds ${found.join(', ')}`)
  }
}

function secretsOf(env: Readonly<Record<string, string>>): Record<string, string> {
  const { ETLS_ACCESS = '', ETLS_REFRESH = '', GATEWAY_SECRET = '' } = env
  const passwords = { 'a password': DEMO.password, "an administrator's password": ADMIN.password }
  return { ETLS_ACCESS, ETLS_REFRESH, GATEWAY_SECRET, ...passwords }
}

/** The tokens of requests that went to the backend, whatever their form. */
function presentedIn(headers: readonly string[]): Record<string, string> {
  const values = headers
    .flatMap((header) => header.split(/[;\s]+/))
    .map((pair) => pair.replace(/^[\w-]+=/, ''))
  return Object.fromEntries(values.map((value, index) => [`a presented token (${index})`, value]))
}
