import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url))
const SNIPPETS = fileURLToPath(new URL('../../../docs/examples/snippets', import.meta.url))
const QUIET = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
/** Arguments for every choice of `create-next-app`, so that it asks nothing and remembers nothing. */
const UNASKED = ['--app', '--use-npm', '--skip-install', '--disable-git', '--import-alias', '@/*']

const run = promisify(execFile)

/** Files that stay when an app is replaced by another choice of `create-next-app`: they are installed once. */
const KEPT = ['node_modules', 'package.json', 'package-lock.json']

/**
 * Lets `create-next-app` make an app in the folder `app`, without its dependencies. Other files go, but for what is installed.
 *
 * @param version of `create-next-app`: `latest`, or a number.
 */
export async function makeApp(app: string, version: string, flags: readonly string[]): Promise<void> {
  const made = `${app}-made`
  // Its choices are kept in a file of the person's, which is not ours to change.
  const env = { ...process.env, XDG_CONFIG_HOME: `${app}-config`, NEXT_TELEMETRY_DISABLED: '1' }
  const command = ['exec', '--yes', '--prefer-offline', `create-next-app@${version}`, '--']
  await run('npm', [...command, made, ...UNASKED, ...flags, '--yes'], { env })
  mkdirSync(app, { recursive: true })
  const isInstalled = readdirSync(app).includes('node_modules')
  for (const name of readdirSync(app)) if (!KEPT.includes(name)) rmSync(join(app, name), { recursive: true })
  for (const name of readdirSync(made))
    if (!isInstalled || !KEPT.includes(name)) renameSync(join(made, name), join(app, name))
  rmSync(made, { recursive: true })
}

/** Installs the app's packages, and ours from their tarballs, as `npm install evergate @evergate/auth-server` does. */
export async function installPackages(
  app: string,
  tarballs: readonly string[],
  others: Readonly<Record<string, string>> = {},
): Promise<void> {
  const path = join(app, 'package.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  const devDependencies = { ...manifest.devDependencies, ...others }
  writeFileSync(path, JSON.stringify({ ...manifest, devDependencies }))
  await run('npm', ['install', ...QUIET, ...tarballs], { cwd: app })
}

/** Lays a folder of `e2e/packages/fixtures` over the app; its `app` is that of the app. */
export function overlay(app: string, fixture: 'before' | 'more' | 'session'): void {
  const source = readdirSync(app).includes('src') ? 'src' : '.'
  const from = join(FIXTURES, fixture)
  cpSync(join(from, 'app'), join(app, source, 'app'), { recursive: true })
  if (readdirSync(from).includes('public'))
    cpSync(join(from, 'public'), join(app, 'public'), { recursive: true })
  if (fixture === 'more')
    // A font that is there; the repository holds none of its own.
    cpSync(
      join(app, 'node_modules/next/dist/next-devtools/server/font/geist-latin.woff2'),
      join(app, source, 'app/gallery/geist.woff2'),
    )
}

/** The files of docs/browser.md, in the places that it names; a test of the documentation says that these are its words. */
export function followBrowserPage(app: string): void {
  const put = (snippet: string, path: string) => {
    mkdirSync(dirname(join(app, path)), { recursive: true })
    cpSync(join(SNIPPETS, 'browser', snippet), join(app, path))
  }
  put('layout.tsx', 'src/app/layout.tsx')
  put('account.tsx', 'src/app/account.tsx')
  put('session-route.ts', 'src/app/api/session/route.ts')
}

/** So that builds need no network: what Google answers for the fonts that new apps use. */
export const FONTS = { NEXT_FONT_GOOGLE_MOCKED_RESPONSES: join(FIXTURES, 'google-fonts.json') }
