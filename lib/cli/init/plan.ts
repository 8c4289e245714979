import { parseEnv, withVariables } from '../env-file.ts'
import { Problem } from '../report.ts'
import type { FileChange } from '../write-files.ts'
import { newMiddleware, wrapMiddleware } from './middleware.ts'
import { newConfig, wrapConfig } from './next-config.ts'
import { firstPages } from './pages.ts'
import type { App, TextFile } from './read-app.ts'

export type Choices = {
  /** Undefined: the default, which need not be written. */
  readonly remoteApi: string | undefined
  readonly gatewaySecret: string
}

/** Everything that has to change, and nothing that is there already. */
export function planInit(app: App, choices: Choices): FileChange[] {
  const planned = [
    middlewareChange(app),
    configChange(app),
    ...pageChanges(app),
    envChange(app, choices),
    gitignoreChange(app),
  ]
  return planned.filter(({ before, after }) => before !== after)
}

/*
 * Always middleware.ts, in Next 16 as well: it runs on the edge, where the gateway is measured, and Next 15 knows no other.
 * The line that Next 16 prints about proxy.ts is about its name.
 */
function middlewareChange(app: App): FileChange {
  const publicPaths = [app.signIn.path]
  const fresh = newMiddleware(publicPaths)
  if (!app.middleware) return created(`${app.source}middleware.${app.language}`, fresh)
  const { path, text } = app.middleware
  if (/\bcreateGateway\s*\(/.test(text)) return kept(app.middleware)
  const after = wrapMiddleware(text, publicPaths)
  if (after === null)
    throw new Problem(
      `${path} is more than can be moved safely. Give your function to the gateway by hand, with a matcher that covers every page:\n\n${fresh.replace('\n})', '\n  next: yourMiddleware,\n})')}`,
    )
  return { path, before: text, after, secret: false }
}

function configChange({ config, signIn, name }: App): FileChange {
  const own = { signInPath: signIn.path, name }
  if (!config) return created('next.config.mjs', newConfig(own))
  if (/\bwithGateway\s*\(/.test(config.text)) return kept(config)
  const after = /\.(cjs)$/.test(config.path) ? null : wrapConfig(config.text, own)
  if (after === null)
    throw new Problem(
      `${config.path} does not export a plain object as an ES module, so wrap it by hand:\n\n${newConfig(own).replace('{}', 'yourConfig')}`,
    )
  return { path: config.path, before: config.text, after, secret: false }
}

function pageChanges({ source, language, signIn, dashboard }: App): FileChange[] {
  if (signIn.page === 'there') return []
  return firstPages(language, dashboard).map(({ path, text }) => created(`${source}app/${path}`, text))
}

function envChange({ envFile }: App, { remoteApi, gatewaySecret }: Choices): FileChange {
  const there = parseEnv(envFile ?? '')
  const values = {
    ...(remoteApi !== undefined && there.REMOTE_API !== remoteApi && { REMOTE_API: remoteApi }),
    // With ETLS_ACCESS it follows from that.
    ...(!there.GATEWAY_SECRET && !there.ETLS_ACCESS && { GATEWAY_SECRET: gatewaySecret }),
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

const created = (path: string, after: string): FileChange => ({
  path,
  before: undefined,
  after,
  secret: false,
})
const kept = ({ path, text }: TextFile): FileChange => ({ path, before: text, after: text, secret: false })

/** The steps that are left for a person, in order. */
export function nextSteps({ evergate }: App): string[] {
  return [
    ...(evergate === 'missing' ? ['npm install evergate'] : []),
    'Add a rule for each page that anybody may see.',
    'next build, then npx evergate doctor',
  ]
}
