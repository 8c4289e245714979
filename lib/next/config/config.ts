import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { NextConfig } from 'next'
import { PHASE_DEVELOPMENT_SERVER, PHASE_PRODUCTION_SERVER } from 'next/constants.js'
import type { SharedOptions } from '../options.ts'
import { SHARED_OPTIONS_VARIABLE } from '../options.ts'
import { guardServer } from '../server/guard.ts'
import { environmentProblems } from './environment.ts'
import { gatewayOptions } from './next-options.ts'

/**
 * Wraps the Next configuration with what the gateway needs, and ends the build or the start with one readable line for
 * each thing that is wrong.
 *
 * - Prefetches and client-side navigations can be told from other requests (`skipProxyUrlNormalize`; in Next 15
 *   `skipMiddlewareUrlNormalize`).
 * - A request's body is left to what answers it, and the cookies that the gateway sets to the browser ({@link guardServer}).
 * - Larger bodies, where `maxBodySizes` allows them (`experimental.proxyClientMaxBodySize`; in Next 15
 *   `experimental.middlewareClientMaxBodySize`).
 * - `forbidden()` works (`experimental.authInterrupts`).
 * - Rules mean paths below `basePath`; `i18n`, which puts languages before them, is refused.
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
      ...standaloneProblems(process.cwd(), config),
      ...environmentProblems(process.env, serving),
    ]
    if (problems.length > 0) {
      for (const problem of problems) console.error(problem)
      process.exit(1)
    }
    const baked = { ...options, ...(config.basePath && { basePath: config.basePath }) }
    const needed = gatewayOptions(installedNext().version, options)
    if (serving) guardServer(baked)
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

/** `server.js` of a standalone build reads no configuration at start, so the app itself has to call {@link guardServer}. */
function standaloneProblems(root: string, { output }: NextConfig): string[] {
  const places = ['', 'src'].flatMap((folder) =>
    ['ts', 'js', 'mjs'].map((ending) => join(root, folder, `instrumentation.${ending}`)),
  )
  const isGuarded = places.some(
    (file) => existsSync(file) && readFileSync(file, 'utf8').includes('guardServer('),
  )
  return output === 'standalone' && !isGuarded
    ? ['instrumentation.ts: a standalone build needs `guardServer()` of evergate/next in its `register()`']
    : []
}

/** The Pages Router serves `/admin` as `/de/admin`, too, which a rule for `/admin` does not name. */
function languageProblems({ i18n }: NextConfig): string[] {
  return i18n
    ? ['i18n in next.config: rules do not know its paths; use a `[lang]` folder of the App Router']
    : []
}
