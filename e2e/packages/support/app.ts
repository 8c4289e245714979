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
  const devDependencies = { typescript: '^5.9.0', '@types/node': '^24.0.0', '@types/react': '^19.0.0' }
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

/** The other name that Next 16 has for the file. */
export function renameToProxy(app: string): void {
  renameSync(join(app, 'middleware.ts'), join(app, 'proxy.ts'))
  rmSync(join(app, '.next'), { recursive: true })
}

/** Builds the app; fails with what Next says of it. */
export async function build(app: string): Promise<void> {
  const { child, output } = launch([join(app, NEXT), 'build'], ENV, app)
  if ((await exitOf(child)) !== 0) throw new Error(`the app could not be built:\n${output()}`)
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
