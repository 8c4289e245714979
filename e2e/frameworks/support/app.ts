import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../scripts/testing/free-port.ts'
import { openLine } from '../../support/line.ts'
import { exitOf, launch, runIn, startAuthServer } from '../../support/processes.ts'

const FOLDER = join(import.meta.dirname, '..')

/** An app of a framework: how it is built, if it is, and started. Paths are from its folder. */
export type App = {
  readonly name: 'node' | 'hono' | 'sveltekit' | 'astro' | 'bun' | 'deno'
  /** Default: that of its name here. */
  readonly folder?: string
  /** Runs it. Default: Node. */
  readonly program?: () => string
  readonly build?: readonly string[]
  readonly start: (port: string) => readonly string[]
}

/** Installs the frameworks, once: they are no dependency of the repository. */
export function installFrameworks(): void {
  if (existsSync(join(FOLDER, 'node_modules', '.package-lock.json'))) return
  const command = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, stderr } = spawnSync('npm', command, { cwd: FOLDER, encoding: 'utf8' })
  if (status !== 0) throw new Error(`the frameworks cannot be installed: ${stderr.trim()}`)
}

/** Starts an app in front of a real auth server, with a line between them that counts calls and can be cut. */
export async function startFramework(
  { name, folder: cwd = join(FOLDER, name), program = () => 'node', build, start }: App,
  env: Readonly<Record<string, string>> = {},
) {
  if (build) {
    const { child, output } = launch(build, { ASTRO_TELEMETRY_DISABLED: '1' }, cwd)
    if ((await exitOf(child)) !== 0) throw new Error(`${name} could not be built:\n${output()}`)
  }
  const folder = await mkdtemp(join(tmpdir(), 'evergate-'))
  const shared = {
    NODE_ENV: 'test',
    ETLS_ACCESS: secret(),
    ETLS_REFRESH: secret(),
    GATEWAY_SECRET: secret(),
    STORE_URL: `sqlite:${join(folder, 'auth.db')}`,
    ...env,
  }
  const auth = await startAuthServer(shared)
  const line = await openLine(auth.url)
  const port = await freePort()
  const url = `http://localhost:${port}`
  // Each framework has its own names for where it listens, and what it is called.
  const place = { PORT: String(port), HOST: 'localhost', COOKIE_SECURE: 'false' }
  const own = { ...shared, NODE_ENV: 'production', LOG_LEVEL: 'debug', REMOTE_API: line.url, ...place }
  const app = await runIn(cwd, [program(), ...start(String(port))], own, url, '/login')
  return {
    url,
    auth,
    line,
    accessSecret: shared.ETLS_ACCESS,
    /** The types of the events that the app has logged since. */
    eventsSince: (length: number) =>
      [
        ...app
          .output()
          .slice(length)
          .matchAll(/"part":"gateway","type":"([\w.-]+)"/g),
      ].map(([, type]) => type),
    logged: () => app.output().length,
    output: app.output,
    async stop() {
      await app.stop()
      await Promise.all([auth.stop(), line.close()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const secret = () => randomBytes(32).toString('base64url')
