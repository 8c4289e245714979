import { DEFAULT_REMOTE_API } from '../../next/default-remote-api.ts'
import { parseEnv, withVariables } from '../env-file.ts'
import type { FileChange } from '../write-files.ts'
import { newMiddleware, openIdMiddleware, wrapMiddleware } from './middleware.ts'
import { newConfig, wrapConfig } from './next-config.ts'
import { firstPages, openIdPages } from './pages.ts'
import type { App, TextFile } from './read-app.ts'
import { backendOption, signerFiles } from './signer-files.ts'
import type { Signer } from './who-signs-in.ts'

export type Choices = {
  /** Undefined: a backend that signs tokens as the auth server does, which needs no description. */
  readonly signer: Signer | undefined
  /** Undefined: the default, which need not be written. */
  readonly remoteApi: string | undefined
  /** Makes a secret: 32 random bytes. */
  readonly secret: () => string
}

export type Plan = {
  /** Everything that has to change, and nothing that is there already. */
  readonly changes: readonly FileChange[]
  /** Changes of files that are more than can be changed safely: for a person to make, with the code. */
  readonly byHand: readonly string[]
}

export function planInit(app: App, choices: Choices): Plan {
  const planned = [
    middlewareChange(app, choices),
    configChange(app, choices),
    ...backendChanges(app, choices),
    ...pageChanges(app, choices),
    envChange(app, choices),
    gitignoreChange(app),
  ]
  const isChange = (one: FileChange | string): one is FileChange => typeof one !== 'string'
  return {
    changes: planned.filter(isChange).filter(({ before, after }) => before !== after),
    byHand: planned.filter((one) => typeof one === 'string'),
  }
}

/*
 * Always middleware.ts, in Next 16 as well: it runs on the edge, where the gateway is measured, and Next 15 knows no other.
 * The line that Next 16 prints about proxy.ts is about its name.
 */
function middlewareChange(app: App, { signer }: Choices): FileChange | string {
  const isOpenId = signer?.kind === 'openid'
  const publicPaths = [app.signIn.path, ...app.beforeSignIn, ...(isOpenId ? ['/auth/:path*'] : [])]
  const make = isOpenId ? openIdMiddleware : newMiddleware
  const fresh = make(publicPaths, /\bproxy\.\w+$/.test(app.middleware?.path ?? '') ? 'proxy' : 'middleware')
  if (!app.middleware) return created(`${app.source}middleware.${app.language}`, fresh)
  const { path, text } = app.middleware
  if (/\bcreateGateway\s*\(/.test(text)) return kept(app.middleware)
  const after = isOpenId ? null : wrapMiddleware(text, publicPaths)
  if (after === null)
    return `${path} is more than can be moved safely, and stays as it is: until you change it, no gateway runs. ${adviceFor(text)}If signing people in is all it does, delete it and run this again. Otherwise give what it does besides signing people in to the gateway, with a matcher that covers every page:\n\n${fresh.replace('\n})', '\n  next: yourMiddleware,\n})')}`
  return { path, before: text, after, secret: false }
}

/** Advice for middleware of other packages; each ends with a space. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /['"]next-intl\//,
    'next-intl: `const intl = createMiddleware(routing)`, and `next: (request) => intl(request)`. ',
  ],
  [/['"](?:next-auth|@auth\/)/, 'Auth.js: take it out, docs/migrate.md says in which order. '],
  [/['"]@clerk\//, 'Clerk: take it out, or leave it and the gateway apart: both would renew sessions. '],
]

const adviceFor = (text: string) => ADVICE.find(([pattern]) => pattern.test(text))?.[1] ?? ''

function configChange({ config, signIn, name, language }: App, { signer }: Choices): FileChange | string {
  const own = {
    signInPath: signIn.path,
    name,
    backend: signer === undefined ? null : backendOption(signer, language),
  }
  if (!config) return created('next.config.mjs', newConfig(own))
  if (/\bwithGateway\s*\(/.test(config.text)) return kept(config)
  const after = /\.(cjs)$/.test(config.path) ? null : wrapConfig(config.text, own)
  if (after === null)
    return `${config.path} does not export a plain object as an ES module, so wrap it by hand:\n\n${newConfig(own).replace('{}', 'yourConfig')}`
  return { path: config.path, before: config.text, after, secret: false }
}

/** A file that is there already stays as it is. */
function backendChanges(app: App, { signer }: Choices): FileChange[] {
  if (signer === undefined || app.hasBackend) return []
  return signerFiles(signer, app).map(({ path, text }) => created(path, text))
}

function pageChanges({ source, language, signIn, dashboard }: App, { signer }: Choices): FileChange[] {
  if (signIn.page === 'there') return []
  const pages = signer?.kind === 'openid' ? openIdPages(language) : firstPages(language, dashboard)
  return pages.map(({ path, text }) => created(`${source}app/${path}`, text))
}

/** The secrets that each kind needs. With `ETLS_ACCESS` the gateway's own follows from that. */
const SECRETS = {
  'auth-server': ['ETLS_ACCESS', 'ETLS_REFRESH'],
  'own-users': ['ETLS_ACCESS', 'ETLS_REFRESH'],
  openid: ['ETLS_ACCESS'],
} as const

function envChange({ envFile }: App, { remoteApi, signer, secret }: Choices): FileChange {
  const there = parseEnv(envFile ?? '')
  const kind = signer?.kind
  const wanted = kind && kind in SECRETS ? SECRETS[kind as keyof typeof SECRETS] : ['GATEWAY_SECRET']
  const missing = wanted.filter((name) => !there[name] && !(name === 'GATEWAY_SECRET' && there.ETLS_ACCESS))
  const values = {
    ...(remoteApi !== undefined && there.REMOTE_API !== remoteApi && { REMOTE_API: remoteApi }),
    ...Object.fromEntries(missing.map((name) => [name, secret()])),
  }
  const after = Object.keys(values).length > 0 ? withVariables(envFile ?? '', values) : (envFile ?? '')
  return { path: '.env.local', before: envFile, after, secret: true }
}

/** Lines that keep `.env.local` out of the repository. */
const IGNORES = ['.env*.local', '.env.local', '.env*', '.env.*', '.env*.*']

function gitignoreChange({ gitignore }: App): FileChange {
  const lines = (gitignore ?? '').split(/\r?\n/).map((line) => line.trim().replace(/^\//, ''))
  if (lines.some((line) => IGNORES.includes(line))) return kept({ path: '.gitignore', text: gitignore ?? '' })
  const separator = !gitignore || gitignore.endsWith('\n') ? '' : '\n'
  return {
    path: '.gitignore',
    before: gitignore,
    after: `${gitignore ?? ''}${separator}.env*.local\n`,
    secret: false,
  }
}

/** Whether the auth server signs people in: its own users, or those of the app. */
export const usesAuthServer = (
  signer: Signer | undefined,
): signer is Extract<Signer, { kind: 'auth-server' | 'own-users' }> =>
  signer?.kind === 'auth-server' || signer?.kind === 'own-users'

const created = (path: string, after: string): FileChange => ({
  path,
  before: undefined,
  after,
  secret: false,
})
const kept = ({ path, text }: TextFile): FileChange => ({ path, before: text, after: text, secret: false })

/** The steps that are left for a person, in order. */
export function nextSteps(
  { evergate, authServer, install, pages, handlers }: App,
  signer: Signer | undefined,
): string[] {
  const packages = [
    ...(evergate === 'missing' ? ['evergate'] : []),
    ...(usesAuthServer(signer) && authServer === 'missing' ? ['@evergate/auth-server'] : []),
  ]
  return [
    ...(packages.length > 0 ? [`${install} ${packages.join(' ')}`] : []),
    ...stepsOf(signer),
    `Add a rule for each page that anybody may see.${pages.length > 0 ? ` There are ${pages.join(' ')}` : ''}`,
    ...(handlers.length > 0
      ? [
          `Route handlers need a session, too, and answer 401 without one. A webhook needs a public rule, and so does what public pages fetch. There are ${handlers.join(' ')}`,
        ]
      : []),
    'next build, then npx evergate doctor',
  ]
}

function stepsOf(signer: Signer | undefined): string[] {
  switch (signer?.kind) {
    case 'auth-server':
      return [`npx evergate-auth-server, which reads .env.local, and listens at ${DEFAULT_REMOTE_API}`]
    case 'own-users':
      return [
        'Choose, with docs/existing-users.md: the auth server over your table, which stays where it is, or `npx evergate-auth-server users import`',
        'Call signIn() of evergate/next in your sign-in form, signOut() where people leave, getSession() where the app reads its own cookie',
      ]
    case 'openid':
      return [
        'Set OPENID_ISSUER, CLIENT_ID, CLIENT_SECRET and SIGN_IN_URL; register SIGN_IN_URL/callback at the provider.',
      ]
    case 'api':
      return [
        'npx evergate doctor --probe --sign-in /login --refresh /refresh, with the paths of your API, and put what it proposes into session-backend',
      ]
    default:
      return []
  }
}
