import { execFile } from 'node:child_process'
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '../../../scripts/testing/free-port.ts'
import type { Running } from '../../support/processes.ts'
import { exitOf, launch, untilReady } from '../../support/processes.ts'
import { applyDiff, readInstall } from './readme.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/app', import.meta.url))

/** The versions of what an app brings with it. */
export type Versions = { readonly next: string; readonly react: string }

/** Makes an app as it was before, and installs by the README: its commands, its files, its changes. */
export async function installInto(
  app: string,
  versions: Versions,
  tarballs: readonly string[],
): Promise<void> {
  cpSync(FIXTURE, app, { recursive: true })
  const { next, react } = versions
  const dependencies = { next, react, 'react-dom': react }
  const devDependencies = {
    '@playwright/test': '^1.65.1',
    typescript: '^5.9.0',
    '@types/express': '^5.0.6',
    '@types/node': '^24.0.0',
    '@types/react': '^19.0.0',
  }
  const manifest = { name: 'app', private: true, type: 'module', dependencies, devDependencies }
  writeFileSync(join(app, 'package.json'), JSON.stringify(manifest))

  const { commands, written, changes } = readInstall()
  const [install = '', secrets = '', start = ''] = commands
  if (install !== 'npm install evergate @evergate/auth-server') throw new Error(`not known: ${install}`)
  if (start !== 'npx evergate-auth-server') throw new Error(`not known: ${start}`)
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  await promisify(execFile)('npm', ['install', ...quiet, ...tarballs], { cwd: app })
  await promisify(execFile)('sh', ['-c', secrets], { cwd: app })
  writeFileSync(join(app, 'middleware.ts'), written.middleware)
  writeFileSync(join(app, 'next.config.mjs'), written.config)
  for (const { file, diff } of changes) {
    const path = join(app, file)
    writeFileSync(path, applyDiff(readFileSync(path, 'utf8'), diff))
  }
}

/**
 * Lets TypeScript read the declarations of all `entries`, which apps skip, and returns what it has to say of ours. Some
 * of other packages do not hold everywhere.
 */
export async function typeProblems(app: string, entries: readonly string[], resolution: Resolution) {
  const imports = entries.map((entry, index) => `import * as entry${index} from '${entry}'`)
  const used = entries.map((_, index) => `entry${index}`)
  // The last line is a mistake on purpose: types that were not found would be of any type.
  const mistakes = used.map((name) => `export const not_${name}: number = ${name}`)
  writeFileSync(join(app, 'entries.ts'), [...imports, ...mistakes].join('\n'))
  const module = resolution === 'bundler' ? 'esnext' : 'node16'
  const options = ['--noEmit', '--strict', '--lib', 'es2023,dom,dom.iterable', '--types', 'node']
  const args = ['--skipLibCheck', 'false', '--module', module, '--moduleResolution', resolution, ...options]
  const tsc = join(app, 'node_modules/typescript/bin/tsc')
  const { child, output } = launch([tsc, ...args, '--target', 'es2023', 'entries.ts'], ENV, app)
  await exitOf(child)
  rmSync(join(app, 'entries.ts'))
  return output()
    .split('\n')
    .filter((line) => /^(entries\.ts|node_modules\/(evergate|@evergate)\/)/.test(line))
}

type Resolution = 'bundler' | 'node16'

/** The other name that Next 16 has for the file. */
export function renameToProxy(app: string): void {
  renameSync(join(app, 'middleware.ts'), join(app, 'proxy.ts'))
  rmSync(join(app, '.next'), { recursive: true })
}

/** Builds the app; fails with what Next says of it, also when it does not know an option that `withGateway` sets. */
export async function build(app: string): Promise<void> {
  const { child, output } = launch([join(app, NEXT), 'build'], ENV, app)
  const code = await exitOf(child)
  if (code !== 0 || output().includes('options detected'))
    throw new Error(`the app could not be built:\n${output()}`)
}

/** Starts the auth server's command and the app's build, each on a port of its own. */
export async function start(app: string): Promise<{ auth: Running; app: Running; stop(): Promise<void> }> {
  const [authPort, appPort] = [await freePort(), await freePort()]
  const authUrl = `http://127.0.0.1:${authPort}`
  const command = join(app, 'node_modules/.bin/evergate-auth-server')
  const auth = await untilReady(
    launch([command], { ...ENV, AUTH_PORT: String(authPort) }, app),
    authUrl,
    `${authUrl}/readyz`,
  )
  const url = `http://localhost:${appPort}`
  const running = await untilReady(
    launch([join(app, NEXT), 'start', '-p', String(appPort)], { ...ENV, REMOTE_API: authUrl }, app),
    url,
    url,
  )
  return {
    auth,
    app: running,
    async stop() {
      await Promise.all([running.stop(), auth.stop()])
    },
  }
}

const NEXT = 'node_modules/next/dist/bin/next'
const ENV = { NEXT_TELEMETRY_DISABLED: '1' }
