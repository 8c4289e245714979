import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { NextConfig } from 'next'
import { PHASE_DEVELOPMENT_SERVER, PHASE_PRODUCTION_SERVER } from 'next/constants.js'
import { LACKS_LOCALES, lacksLocales } from '../../gateway/options.ts'
import type { SharedOptions } from '../options.ts'
import { SHARED_OPTIONS_VARIABLE } from '../options.ts'
import { environmentProblems } from './environment.ts'
import { gatewayOptions } from './next-options.ts'
import { findUndeliverable } from './undeliverable.ts'

/**
 * Wraps the Next configuration with what the gateway needs, and ends the build or the start with one readable line for
 * each thing that is wrong.
 *
 * - Prefetches and client-side navigations can be told from other requests (`skipProxyUrlNormalize`; in Next 15
 *   `skipMiddlewareUrlNormalize`).
 * - Large request bodies arrive whole (`experimental.proxyClientMaxBodySize`; in Next 15
 *   `experimental.middlewareClientMaxBodySize`).
 * - `forbidden()` works (`experimental.authInterrupts`).
 * - Where an answer cannot carry cookies (`rewrites()` to another server, pages that say themselves how long caches keep them),
 *   no session is renewed: the access token alone decides.
 * - Rules mean paths below `basePath`. The `i18n` of the Pages Router is refused: it puts languages before the paths of pages,
 *   data and `rewrites()`, each in its own way, and the App Router does not know it. Use a `[locale]` folder.
 * - `proxy.ts` beside `middleware.ts` is refused: one of them would not run.
 *
 * @example
 * export default withGateway({ reactStrictMode: true }, { signInPath: '/sign-in' })
 */
export function withGateway(
  config: NextConfig = {},
  options: SharedOptions = {},
): (phase: string) => Promise<NextConfig> {
  return async (phase) => {
    const serving = phase === PHASE_PRODUCTION_SERVER || phase === PHASE_DEVELOPMENT_SERVER
    const problems = [
      ...layoutProblems(process.cwd()),
      ...languageProblems(config),
      ...signInProblems(options),
      ...environmentProblems(process.env, serving),
    ]
    if (problems.length > 0) {
      for (const problem of problems) console.error(problem)
      process.exit(1)
    }
    // A server that starts goes by what was built.
    const undeliverable =
      phase === PHASE_PRODUCTION_SERVER ? [] : await findUndeliverable(config, process.cwd())
    const baked = {
      ...options,
      ...(config.basePath && { basePath: config.basePath }),
      ...(undeliverable.length > 0 && { undeliverable }),
    }
    const needed = gatewayOptions(installedNext().version)
    return {
      ...config,
      ...needed,
      env: { ...config.env, [SHARED_OPTIONS_VARIABLE]: JSON.stringify(baked) },
      experimental: { ...needed.experimental, ...config.experimental },
    }
  }
}

const installedNext = (): { version: string } => createRequire(import.meta.url)('next/package.json')

function layoutProblems(root: string): string[] {
  const has = (name: string) =>
    ['', 'src'].some((folder) =>
      ['ts', 'js'].some((ending) => existsSync(join(root, folder, `${name}.${ending}`))),
    )
  return has('proxy') && has('middleware')
    ? ['proxy.ts stands beside middleware.ts: Next runs only one of them; delete the one you do not need']
    : []
}

/** The options are written into the build as JSON. */
function signInProblems(options: SharedOptions): string[] {
  if (typeof options.signInPath === 'function')
    return ['signInPath is a function: give it to createGateway() in middleware.ts']
  return lacksLocales(options) ? [LACKS_LOCALES] : []
}

/** The Pages Router serves `/admin` as `/de/admin`, too, which a rule for `/admin` does not name. */
function languageProblems({ i18n }: NextConfig): string[] {
  return i18n
    ? ['i18n in next.config: rules do not know its paths; use a `[locale]` folder of the App Router']
    : []
}
