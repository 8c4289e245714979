import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { addressesOf } from '../../next/config/app-routes.ts'
import { configProblems, placeProblems } from '../../next/config/layout-problems.ts'
import { readIfThere } from '../env-file.ts'
import { Problem } from '../report.ts'
import { installCommand } from './package-manager.ts'

/** An app without a gateway, or with parts of one. */
export type App = {
  /** Of its package, or of its folder where that has none, fit for a cookie's name; null for a name without a letter. */
  readonly name: string | null
  /** `src/` or nothing: where Next looks for the middleware. */
  readonly source: '' | 'src/'
  readonly language: 'ts' | 'js'
  /** Null: there is none. */
  readonly middleware: TextFile | null
  readonly config: TextFile | null
  readonly envFile: string | undefined
  readonly gitignore: string | undefined
  readonly signIn: { readonly path: string; readonly page: 'there' | 'missing' }
  /** Addresses beside the sign-in page, for people who cannot sign in yet: sign-up, a forgotten password. */
  readonly beforeSignIn: readonly string[]
  /** A page at `/dashboard`. */
  readonly dashboard: 'there' | 'missing'
  /** Addresses of the other pages, without those with parts such as `[id]`, and those below `/dashboard`. */
  readonly pages: readonly string[]
  /** Addresses of its route handlers, without those with parts such as `[id]`. */
  readonly handlers: readonly string[]
  readonly evergate: 'installed' | 'missing'
  readonly authServer: 'installed' | 'missing'
  /** Whether a file describes the part that signs people in: `session-backend`, or `provider`. */
  readonly hasBackend: boolean
  /** Installs packages: `pnpm add`, say. */
  readonly install: string
}

export type TextFile = { readonly path: string; readonly text: string }

const ENDINGS = ['ts', 'tsx', 'js', 'jsx', 'mts', 'mjs', 'cjs']
/** In this order, wherever they are. */
const SIGN_IN = [/^\/login$/, /^\/sign-?in$/, /\/(login|sign-?in)$/]
const BEFORE_SIGN_IN = /\/(?:sign-?up|register|(?:forgot|reset)-?password|verify-?email)$/

export function readApp(root: string): App {
  const has = (path: string) => existsSync(join(root, path))
  const first = (name: string): TextFile | null => {
    const path = ENDINGS.map((ending) => `${name}.${ending}`).find(has)
    return path === undefined ? null : { path, text: readIfThere(root, path) ?? '' }
  }
  const source = has('app') ? '' : has('src/app') ? 'src/' : undefined
  if (source === undefined)
    throw new Problem(
      'There is no folder app or src/app: run this in the folder of a Next.js app with the App Router.',
    )
  const { name, dependencies } = readManifest(root)
  checkNext(dependencies.next ?? '')
  const files = ['middleware', 'proxy'].flatMap((name) => first(source + name) ?? [])
  if (files.length > 1)
    throw new Problem(
      `${files.map(({ path }) => path).join(' and ')} are both there, and Next runs only one: delete one of them first.`,
    )
  // Here already: wherever it lies, another would stand beside it.
  const [misplaced] = placeProblems(root)
  if (misplaced) throw new Problem(`${misplaced}. Then run this again.`)
  const [twice] = configProblems(readdirSync(root))
  if (twice) throw new Problem(`${twice}. Then run this again.`)
  const app = join(root, source, 'app')
  const pages = addressesOf('page', app, ENDINGS)
  const folderOf = (page: string) => page.slice(0, page.lastIndexOf('/'))
  const path = SIGN_IN.flatMap((pattern) => pages.filter((page) => pattern.test(page)))[0]
  const beforeSignIn = pages.filter(
    (page) => BEFORE_SIGN_IN.test(page) && folderOf(page) === folderOf(path ?? '/login'),
  )
  return {
    name,
    source,
    language: has('tsconfig.json') ? 'ts' : 'js',
    middleware: files[0] ?? null,
    config: first('next.config'),
    envFile: readIfThere(root, '.env.local'),
    gitignore: readIfThere(root, '.gitignore'),
    signIn: path === undefined ? { path: '/login', page: 'missing' } : { path, page: 'there' },
    beforeSignIn,
    dashboard: has(`${source}app/dashboard`) || pages.includes('/dashboard') ? 'there' : 'missing',
    pages: pages.filter(
      (page) => page !== path && !beforeSignIn.includes(page) && !/^\/dashboard(\/|$)/.test(page),
    ),
    handlers: addressesOf('route', app, ENDINGS),
    evergate: dependencies.evergate === undefined ? 'missing' : 'installed',
    authServer: dependencies['@evergate/auth-server'] === undefined ? 'missing' : 'installed',
    hasBackend: (first('session-backend') ?? first(`${source}provider`)) !== null,
    install: installCommand(root),
  }
}

function readManifest(root: string): Pick<App, 'name'> & { readonly dependencies: Record<string, string> } {
  const text = readIfThere(root, 'package.json')
  if (text === undefined)
    throw new Problem('There is no package.json here: run this in the folder of a Next.js app.')
  try {
    const { name, dependencies, devDependencies } = JSON.parse(text)
    return {
      name: cookieNameOf(name) ?? cookieNameOf(basename(root)),
      dependencies: { ...devDependencies, ...dependencies },
    }
  } catch {
    throw new Problem('package.json is not JSON: mend it first.')
  }
}

/** `@shop/web` becomes `shop-web`. */
function cookieNameOf(name: unknown): string | null {
  const words = typeof name === 'string' ? name.toLowerCase().match(/[a-z0-9]+/g) : null
  return words ? words.join('-').slice(0, 40) : null
}

function checkNext(range: string): void {
  const major = Number(/\d+/.exec(range)?.[0] ?? Number.NaN)
  if (range === '')
    throw new Problem('package.json does not name next: run this in the folder of a Next.js app.')
  if (major < 15) throw new Problem(`This app is on next ${range}; the gateway needs 15 or newer.`)
}
