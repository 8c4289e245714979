import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { NextConfig } from 'next'
import { PHASE_PRODUCTION_SERVER } from 'next/constants.js'
import { isPrivateHost } from '../../gateway/private-address.ts'
import { DEFAULT_REMOTE_API } from '../default-remote-api.ts'

/** Where the gateway and the app look for the backend; see `lib/next/configured-backend.ts`. */
const MODULE = 'evergate/next/backend'
const PACKAGE = 'evergate'

/**
 * The configuration with which every bundle of the app, the edge's and the server's, finds the app's own backend: an alias that
 * Turbopack and webpack know. A registry at run time would not do, because the two run in different places.
 *
 * @param file as it was given, from the app's folder.
 */
export function withBackendFile(config: NextConfig, file: string, root: string): NextConfig {
  const path = join(root, file)
  return {
    env: { EVERGATE_BACKEND: file },
    // Turbopack takes no absolute path, and one that begins with a dot.
    turbopack: {
      ...config.turbopack,
      resolveAlias: {
        ...config.turbopack?.resolveAlias,
        [MODULE]: `./${relative(root, path).replaceAll('\\', '/')}`,
      },
    },
    // Otherwise the Pages Router would load the package unbundled, past the alias.
    transpilePackages: [...(config.transpilePackages ?? []), PACKAGE],
    webpack(given, context) {
      const own = config.webpack ? config.webpack(given, context) : given
      own.resolve.alias = { ...own.resolve.alias, [`${MODULE}$`]: path }
      return own
    },
  }
}

/** The faults of the file, or of the address that its tokens would be sent to. */
export function backendProblems(
  file: string,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  phase: string,
): string[] {
  // A server may run without its sources.
  const isMissing = phase !== PHASE_PRODUCTION_SERVER && !existsSync(join(root, file))
  const remoteApi = env.REMOTE_API || DEFAULT_REMOTE_API
  const { protocol, hostname } = URL.canParse(remoteApi) ? new URL(remoteApi) : { protocol: '', hostname: '' }
  return [
    ...(isMissing ? [`backend: there is no file ${file}`] : []),
    ...(protocol === 'http:' && !isPrivateHost(hostname)
      ? [
          `REMOTE_API: must begin with https://, because tokens go there and ${hostname} is no private address`,
        ]
      : []),
  ]
}
