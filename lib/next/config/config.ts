import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { NextConfig } from 'next'
import { PHASE_DEVELOPMENT_SERVER, PHASE_PRODUCTION_SERVER } from 'next/constants.js'
import { LACKS_LOCALES, lacksLocales } from '../../gateway/options.ts'
import type { BakedOptions, ConfigOptions, SharedOptions } from '../options.ts'
import { PUBLIC_FILES_VARIABLE, SHARED_OPTIONS_VARIABLE } from '../options.ts'
import { guardServer } from '../server/guard.ts'
import { backendProblems, withBackendFile } from './backend-file.ts'
import { environmentProblems } from './environment.ts'
import { hostWarnings } from './host.ts'
import { layoutProblems } from './layout-problems.ts'
import { gatewayOptions } from './next-options.ts'
import { projectRoot } from './project-root.ts'
import { findPublicFiles } from './public-files.ts'
import { middlewareSources, ruleProblems } from './rule-problems.ts'
import { findUndeliverable } from './undeliverable.ts'

/**
 * Wraps the Next configuration with what the gateway needs, and ends the build or the start with one readable line for
 * each thing that is wrong.
 *
 * - Prefetches and client-side navigations can be told from other requests (`skipProxyUrlNormalize`; in Next 15
 *   `skipMiddlewareUrlNormalize`).
 * - A request's body is left to what answers it, the visitor's address is the connection's unless `TRUST_PROXY` is set, and the cookies that the gateway sets to the browser ({@link guardServer}).
 * - Larger bodies, where `maxBodySizes` allows them (`experimental.proxyClientMaxBodySize`; in Next 15
 *   `experimental.middlewareClientMaxBodySize`).
 * - Files for everybody are public unless a rule names them: `public/`, and icons, manifest, robots, sitemaps and images for
 *   links of `app/`. They are listed when the build, or `next dev`, starts.
 * - `forbidden()` works (`experimental.authInterrupts`) where the app has a `forbidden` or `unauthorized` page.
 * - Where an answer cannot carry cookies (`rewrites()` to another server, pages that say themselves how long caches keep them),
 *   no session is renewed: the access token alone decides.
 * - Rules mean paths below `basePath`. The `i18n` of the Pages Router is refused: it puts languages before the paths of pages,
 *   data and `rewrites()`, each in its own way, and the App Router does not know it. Use a `[locale]` folder.
 * - A file that Next would not run, or a rule that the gateway would not take, is refused.
 * - `@evergate/auth-server`, where the app uses its `verifyPassword()`, is left to Node: bundlers cannot read its native parts
 *   (`serverExternalPackages`).
 * - A build for a host that makes an option useless tells of it, as far as the host can be told by its variables.
 * - The gateway and the app use the same backend: the one that the file exports which `backend` names.
 *
 * @example
 * export default withGateway({ reactStrictMode: true }, { signInPath: '/sign-in' })
 */
export function withGateway(
  config: NextConfig = {},
  { backend, ...options }: ConfigOptions = {},
): (phase: string) => Promise<NextConfig> {
  const root = projectRoot(new Error().stack)
  return async (phase) => {
    const serving = phase === PHASE_PRODUCTION_SERVER || phase === PHASE_DEVELOPMENT_SERVER
    // A build was checked when it was made, and may be served without its sources.
    const files =
      phase === PHASE_PRODUCTION_SERVER ? null : readSources(root, config, phase === PHASE_DEVELOPMENT_SERVER)
    const problems = [
      ...(files?.problems ?? []),
      ...languageProblems(config),
      ...signInProblems(options),
      ...environmentProblems(process.env, serving),
      ...(backend === undefined ? [] : backendProblems(backend, root, process.env, phase)),
    ]
    if (problems.length > 0) {
      for (const problem of problems) console.error(problem)
      process.exit(1)
    }
    if (files)
      for (const warning of hostWarnings(process.env, options, middlewareSources(root))) console.warn(warning)
    const undeliverable = files ? await findUndeliverable(config, root) : []
    const baked = bakedOptions(config, options)
    const needed = gatewayOptions(installedNext().version, hasInterrupts(root), options)
    const ofBackend = backend === undefined ? {} : withBackendFile(config, backend, root)
    if (serving) guardServer(baked)
    return {
      ...config,
      ...ofBackend,
      ...needed,
      serverExternalPackages: [...(config.serverExternalPackages ?? []), '@evergate/auth-server'],
      env: {
        ...config.env,
        ...ofBackend.env,
        [SHARED_OPTIONS_VARIABLE]: JSON.stringify({
          ...baked,
          ...(undeliverable.length > 0 && { undeliverable }),
        } satisfies BakedOptions),
        ...(files && { [PUBLIC_FILES_VARIABLE]: JSON.stringify(files.publicFiles) }),
      },
      experimental: { ...needed.experimental, ...config.experimental },
    }
  }
}

const installedNext = (): { version: string } => createRequire(import.meta.url)('next/package.json')

function readSources(root: string, config: NextConfig, development: boolean) {
  const { problems, ...publicFiles } = findPublicFiles(root, config, development)
  for (const problem of problems) console.warn(problem)
  return {
    publicFiles,
    problems: [...layoutProblems(root), ...standaloneProblems(root, config), ...ruleProblems(root)],
  }
}

function bakedOptions({ basePath, images }: NextConfig, options: SharedOptions): BakedOptions {
  const path = images?.path
  return {
    ...options,
    ...(basePath && { basePath }),
    ...(path && {
      imagePath: basePath && path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path,
    }),
  }
}

function hasInterrupts(root: string): boolean {
  return ['app', 'src/app'].some(
    (folder) =>
      existsSync(join(root, folder)) &&
      readdirSync(join(root, folder), { recursive: true }).some((file) =>
        /(^|[\\/])(forbidden|unauthorized)\.[jt]sx?$/.test(String(file)),
      ),
  )
}

/** The options are written into the build as JSON. */
function signInProblems(options: SharedOptions): string[] {
  if (typeof options.signInPath === 'function')
    return ['signInPath is a function: give it to createGateway() in middleware.ts']
  return lacksLocales(options) ? [LACKS_LOCALES] : []
}

/** A server that is made of a standalone build, OpenNext's functions too, reads no configuration at start, so the app has to call {@link guardServer}. */
function standaloneProblems(root: string, { output }: NextConfig): string[] {
  const places = ['', 'src'].flatMap((folder) =>
    ['ts', 'js', 'mjs'].map((ending) => join(root, folder, `instrumentation.${ending}`)),
  )
  const isGuarded = places.some(
    (file) => existsSync(file) && readFileSync(file, 'utf8').includes('guardServer('),
  )
  // Adapters of hosts set it.
  const isStandalone = output === 'standalone' || process.env.NEXT_PRIVATE_STANDALONE
  return isStandalone && !isGuarded
    ? ['instrumentation.ts: a standalone build needs `guardServer()` of evergate/next in its `register()`']
    : []
}

/** The Pages Router serves `/admin` as `/de/admin`, too, which a rule for `/admin` does not name. */
function languageProblems({ i18n }: NextConfig): string[] {
  return i18n
    ? ['i18n in next.config: rules do not know its paths; use a `[locale]` folder of the App Router']
    : []
}
