import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NextConfig } from 'next'
import type { UndeliverablePath } from '../../gateway/request/delivery.ts'
import type { AppRoute } from './app-routes.ts'
import { findAppRoutes, findPages, literally, routeOf } from './app-routes.ts'
import { sourcePatterns } from './rewrite-source.ts'

type Rewrites = Awaited<ReturnType<NonNullable<NextConfig['rewrites']>>>
type Rewrite = Extract<Rewrites, readonly unknown[]>[number]

/** A rewrite, and the routes of the app that come before it. */
type Placed = Rewrite & { readonly after: readonly AppRoute[] }

/**
 * Finds the paths whose answers cannot carry the session's cookies: what `rewrites()` hands to another server, the image
 * optimizer at an address of its own, and pages and API routes of the Pages Router that set `Cache-Control` themselves.
 */
export async function findUndeliverable(config: NextConfig, root: string): Promise<UndeliverablePath[]> {
  const { basePath = '', images, pageExtensions = ['tsx', 'ts', 'jsx', 'js'] } = config
  const rewrites = await config.rewrites?.()
  const placed = rewrites ? inOrder(rewrites, findAppRoutes(root, pageExtensions)) : []
  return [
    ...placed.flatMap((rewrite, index) =>
      leadsElsewhere(rewrite, placed.slice(index + 1), config) ? pathsOf(rewrite, config) : [],
    ),
    ...(images?.path ? [{ path: literally(images.path) }] : []),
    ...sharedPages(root, pageExtensions).map(({ pattern }) => ({ path: literally(basePath) + pattern })),
  ]
}

/** Next looks for files and plain routes before `afterFiles`, and for all routes before `fallback`. */
function inOrder(rewrites: Rewrites, routes: readonly AppRoute[]): Placed[] {
  const {
    beforeFiles = [],
    afterFiles = [],
    fallback = [],
  } = 'length' in rewrites ? { afterFiles: rewrites } : rewrites
  const plain = routes.filter(({ isDynamic }) => !isDynamic)
  return [
    ...beforeFiles.map((rewrite) => ({ ...rewrite, after: [] })),
    ...afterFiles.map((rewrite) => ({ ...rewrite, after: plain })),
    ...fallback.map((rewrite) => ({ ...rewrite, after: routes })),
  ]
}

const isElsewhere = (destination: string) => !destination.startsWith('/')

/** Whether a rewrite leads to another server by itself, or to a path that a later one does so with. */
function leadsElsewhere({ destination }: Rewrite, later: readonly Placed[], config: NextConfig): boolean {
  if (isElsewhere(destination)) return true
  const path = (config.basePath ?? '') + destination.split(/[?#]/, 1)[0]?.replace(/:\w+[*+?]?/g, 'x')
  return later.some(
    (rewrite) =>
      isElsewhere(rewrite.destination) &&
      pathsOf(rewrite, config).some((one) => new RegExp(`^(?:${one.path})/?$`, 'i').test(path)),
  )
}

function pathsOf({ has, missing, after, ...rewrite }: Placed, config: NextConfig): UndeliverablePath[] {
  const base = rewrite.basePath === false ? '' : literally(config.basePath ?? '')
  return sourcePatterns(rewrite, config).map((pattern) => {
    const source = new RegExp(`^(?:${pattern})$`, 'i')
    const earlier = after
      .map((route) => ({ ...route, pattern: base + (base && route.pattern === '/' ? '' : route.pattern) }))
      .filter((route) => route.isDynamic || source.test(route.pattern.replaceAll('\\', '')))
      .map((route) => route.pattern)
    return {
      path: earlier.length > 0 ? `(?!(?:${earlier.join('|')})/?$)${pattern}` : pattern,
      ...(has && { has }),
      ...(missing && { missing }),
      elsewhere: true,
    }
  })
}

/**
 * In the Pages Router, what a page says of caching replaces the gateway's word. So a page that says anything is not renewed
 * on; one in `_app`, `_document` or `_error` speaks for all pages.
 */
function sharedPages(root: string, extensions: readonly string[]): AppRoute[] {
  const pages = ['pages', 'src/pages'].flatMap((folder) => findPages(join(root, folder), extensions))
  const says = pages.map(({ file }) => /cache-control/i.test(readFileSync(file, 'utf8')))
  const isForAll = pages.some(({ isSpecial }, index) => isSpecial && says[index])
  return pages
    .filter(({ isSpecial }, index) => !isSpecial && (isForAll || says[index]))
    .map(({ path }) => routeOf(path))
}
