import type { Route } from './routes.ts'
import { OPEN, strictest } from './routes.ts'

/** An image that Next's optimizer is asked for. */
export type ImageRequest = {
  readonly route: Route
  /** Path and query of the source, `basePath` included; null when it is another server's. */
  readonly source: string | null
}

/** Characters of the query that are read. */
const MAX_SEARCH = 4096
/** Files of the build, static imports among them, which no rule speaks of: their addresses hold a hash. */
const BUILT = /^\/_next\/static\//

/**
 * The optimizer's address says nothing of who may see the image: the rule of its source decides. A remote source is public,
 * because Next asks for it without cookies. Undefined: the request is not for the optimizer.
 *
 * Of several sources Next takes none, so all of their rules count.
 */
export function imageRequest(
  { pathname, search }: { readonly pathname: string; readonly search: string },
  imagePath: string,
  routeOf: (pathname: string) => Route,
  withoutBase: (pathname: string) => string,
): ImageRequest | undefined {
  if (pathname !== imagePath && pathname !== `${imagePath}/`) return undefined
  // Next takes no address of more than 3072, and reading 15 KB of broken encoding takes 20 ms.
  if (search.length > MAX_SEARCH) return { route: routeOf(pathname), source: null }
  const sources = new URLSearchParams(search).getAll('url').map(locate)
  const routes = sources.map((source) => {
    const path = source && withoutBase(source.pathname)
    return !path || BUILT.test(path) ? OPEN : routeOf(path)
  })
  const [source] = sources
  return {
    route: strictest(routes),
    source: source ? source.pathname + source.search : null,
  }
}

/** Null: on another server. As one address, so that `..` means here what it means to whoever serves the file. */
const locate = (source: string) => (source.startsWith('/') ? new URL(`http://n${source}`) : null)
