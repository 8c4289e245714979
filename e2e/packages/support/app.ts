import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '../../../scripts/testing/free-port.ts'
import type { Line } from '../../support/line.ts'
import { openLine } from '../../support/line.ts'
import type { Running } from '../../support/processes.ts'
import { exitOf, launch, untilReady } from '../../support/processes.ts'
import { FONTS } from './made.ts'
import { applyDiff, readInstall } from './readme.ts'

/** The rules of the fixtures, before those that the README writes. */
const RULES = `{ path: '/gallery', require: 'public' }, { path: '/about', require: 'public' }, { path: '/session', require: 'public' },
  { path: '/links', require: 'public' }, { path: '/cached', require: 'public' },
  { path: '/posts/:slug', require: 'public' }, { path: '/private/:path*', require: 'session' }, `

const INSPECTOR_PAGE = fileURLToPath(
  new URL('../../../docs/examples/snippets/inspector/page.tsx', import.meta.url),
)

/** Does what the README says: its commands but for those that install and start, its files, its changes. */
export async function followReadme(app: string): Promise<void> {
  const { commands, written } = readInstall()
  const [install = '', secrets = '', start = ''] = commands
  if (install !== 'npm install evergate @evergate/auth-server') throw new Error(`not known: ${install}`)
  if (start !== 'npx evergate-auth-server') throw new Error(`not known: ${start}`)
  await promisify(execFile)('sh', ['-c', secrets], { cwd: app })
  writeFileSync(placeIn(app, 'middleware.ts'), written.middleware)
  mkdirSync(dirname(placeIn(app, written.page.file)), { recursive: true })
  writeFileSync(placeIn(app, written.page.file), written.page.text)
  applyChanges(app)
}

/** The changes of files that are there, line by line. */
export function applyChanges(app: string, isWanted: (file: string) => boolean = () => true): void {
  for (const { file, diff } of readInstall().changes.filter(({ file }) => isWanted(file))) {
    const path = placeIn(app, file)
    writeFileSync(path, applyDiff(readFileSync(path, 'utf8'), diff))
  }
}

/** As the README says: beside the folder `app`. */
const placeIn = (app: string, path: string) =>
  join(app, existsSync(join(app, 'src/app')) && !/^next\./.test(path) ? 'src' : '', path)

export function addRules(app: string): void {
  const path = ['src/proxy.ts', 'middleware.ts'].map((name) => join(app, name)).find(existsSync) ?? ''
  writeFileSync(path, readFileSync(path, 'utf8').replace('rules: [', `rules: [${RULES}`))
}

/** As docs/inspector.md has it, for everybody: all who register are `user`. */
export function mountInspector(app: string): void {
  const path = join(app, 'middleware.ts')
  const option = "createGateway({\n  inspector: inspector({ role: 'user' }),"
  const text = readFileSync(path, 'utf8').replace('createGateway({', option)
  writeFileSync(path, `import { inspector } from 'evergate/inspector'\n${text}`)
  mkdirSync(join(app, 'app/inspector'))
  cpSync(INSPECTOR_PAGE, join(app, 'app/inspector/page.tsx'))
}

/** The other name that Next 16 has for the file. */
export function renameToProxy(app: string): void {
  renameSync(join(app, 'src/middleware.ts'), join(app, 'src/proxy.ts'))
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
  const file = `entries-${resolution}.mts`
  writeFileSync(join(app, file), [...imports, ...mistakes].join('\n'))
  const module = resolution === 'bundler' ? 'esnext' : 'node16'
  const options = ['--noEmit', '--strict', '--lib', 'es2023,dom,dom.iterable', '--types', 'node']
  const args = ['--skipLibCheck', 'false', '--module', module, '--moduleResolution', resolution, ...options]
  const output = await runTool(app, 'typescript/bin/tsc', ...args, '--target', 'es2023', file)
  rmSync(join(app, file))
  return output
    .split('\n')
    .filter((line) => /^(entries-\w+\.mts|node_modules\/(evergate|@evergate)\/)/.test(line))
}

type Resolution = 'bundler' | 'node16'

/** Runs a tool that the app has installed; returns what it prints. */
export async function runTool(app: string, tool: string, ...args: readonly string[]): Promise<string> {
  const { child, output } = launch([join(app, 'node_modules', tool), ...args], ENV, app)
  await exitOf(child)
  return output()
}

/** Builds the app; fails with what Next says of it, also when it does not know an option that `withGateway` sets. */
export async function build(app: string): Promise<void> {
  rmSync(join(app, '.next'), { recursive: true, force: true })
  const { child, output } = launch([join(app, NEXT), 'build'], ENV, app)
  const code = await exitOf(child)
  if (code !== 0 || output().includes('options detected'))
    throw new Error(`the app could not be built:\n${output()}`)
}

export type Place = {
  readonly auth: Running
  readonly app: Running
  /** Between the two. */
  readonly line: Line
  stop(): Promise<void>
}

/**
 * Starts the auth server's command and the app, each on a port of its own.
 *
 * @param mode `start` serves a build.
 * @param probe a path that answers 200 to a visitor.
 */
export async function start(app: string, mode: 'start' | 'dev', probe: string): Promise<Place> {
  const [authPort, appPort] = [await freePort(), await freePort()]
  const authUrl = `http://127.0.0.1:${authPort}`
  const command = join(app, 'node_modules/.bin/evergate-auth-server')
  const auth = await untilReady(
    launch(
      [command],
      { ...ENV, AUTH_PORT: String(authPort), STORE_URL: `sqlite:${app}-${authPort}.db` },
      app,
    ),
    authUrl,
    `${authUrl}/readyz`,
  )
  const line = await openLine(authUrl)
  const running = await startNext(app, mode, appPort, probe, { REMOTE_API: line.url })
  return {
    auth,
    line,
    app: running,
    async stop() {
      await running.stop()
      await Promise.all([auth.stop(), line.close()])
    },
  }
}

/** Starts the app alone. */
export function startNext(
  app: string,
  mode: 'start' | 'dev',
  port: number,
  probe: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const url = `http://localhost:${port}`
  const nodeEnv = mode === 'dev' ? 'development' : 'production'
  const args = [join(app, NEXT), mode, '-p', String(port)]
  return untilReady(launch(args, { ...ENV, NODE_ENV: nodeEnv, ...env }, app), url, url + probe, 120_000)
}

const NEXT = 'node_modules/next/dist/bin/next'
const ENV = { NEXT_TELEMETRY_DISABLED: '1', ...FONTS }
