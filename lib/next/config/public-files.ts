import type { Dirent } from 'node:fs'
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { NextConfig } from 'next'
import type { PublicFiles } from '../../gateway/request/routes.ts'
import { literally } from './app-routes.ts'
import { metadataAddresses } from './metadata-files.ts'

/** So many characters of paths go into the middleware. */
const MOST = 64_000

/**
 * In development files are added while the gateway runs with the list of its start. Such names hardly belong to a page, and
 * the machine is the developer's own.
 */
const NEW_IN_DEVELOPMENT =
  '.*\\.(?:avif|gif|ico|jpe?g|mp4|png|svg|ttf|webm|webp|woff2?)|/(?:robots\\.txt|sitemap\\.xml|manifest\\.(?:json|webmanifest))|(?:/.*)?/(?:apple-icon|icon|opengraph-image|twitter-image)\\d?(?:-\\w+)?'

/** Files that a build serves to everybody: `public/`, metadata files, and the build's own files below a path of `assetPrefix`. */
export function findPublicFiles(
  root: string,
  { pageExtensions = ['tsx', 'ts', 'jsx', 'js'], assetPrefix, basePath = '' }: NextConfig,
  development: boolean,
): PublicFiles & { readonly problems: readonly string[] } {
  const app = ['app', 'src/app'].map((name) => join(root, name)).find((path) => existsSync(path))
  const metadata = app === undefined ? [] : metadataAddresses(app, pageExtensions)
  const named = metadata.flatMap((address) => ('path' in address ? [address.path] : []))
  const files = listFiles(join(root, 'public'), '', new Set())
  const all = [...new Set([...named, ...files])].sort()
  const tooMany = all.join('').length > MOST
  const patterns = [
    ...metadata.flatMap((address) => ('pattern' in address ? [address.pattern] : [])),
    ...prefixPatterns(assetPrefix, basePath),
    ...(development ? [NEW_IN_DEVELOPMENT] : []),
  ]
  return {
    paths: tooMany ? named.sort() : all,
    ...(patterns.length > 0 && { pattern: `^(?:${[...new Set(patterns)].join('|')})$` }),
    problems: tooMany
      ? [
          `public/ holds ${files.length} files, more than the middleware should carry: they need a session until rules make them public, such as { path: '/${files[0]?.split('/')[1]}/:path*', require: 'public' }`,
        ]
      : [],
  }
}

/** With a path as `assetPrefix`, or an address of this very host, the build's files have a second address here. */
function prefixPatterns(assetPrefix: string | undefined, basePath: string): string[] {
  if (!assetPrefix) return []
  const path = URL.canParse(assetPrefix) ? new URL(assetPrefix).pathname : assetPrefix
  const below = `/${path.replace(/^\/+|\/+$/g, '')}`
  const inside = below === basePath || below.startsWith(`${basePath}/`) ? below.slice(basePath.length) : below
  return inside === '' || inside === '/' ? [] : [`${literally(inside)}/_next/static/.+`]
}

/** Follows links, as Next does. `seen` holds real folders, so that a link to a folder above ends. */
function listFiles(folder: string, path: string, seen: Set<string>): string[] {
  const real = existsSync(folder) ? realpathSync(folder) : undefined
  if (real === undefined || seen.has(real)) return []
  const within = new Set([...seen, real])
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const [file, address] = [join(folder, entry.name), `${path}/${entry.name}`]
    const kind = kindOf(entry, file)
    if (kind?.isDirectory()) return listFiles(file, address, within)
    return kind?.isFile() ? [address] : []
  })
}

function kindOf(entry: Dirent, file: string): Pick<Dirent, 'isFile' | 'isDirectory'> | undefined {
  return entry.isSymbolicLink() ? statSync(file, { throwIfNoEntry: false }) : entry
}
