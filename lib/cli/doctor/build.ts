import { statSync } from 'node:fs'
import { join } from 'node:path'
import { SHARED_OPTIONS_VARIABLE } from '../../next/options.ts'
import { readIfThere } from '../env-file.ts'

/** The build, as `next build` left it in `.next`. */
export type Build = {
  /** A source file that was changed after it, if there is one. */
  readonly olderThan: string | null
  /** Null: there is no middleware in it. */
  readonly matchers: readonly Matcher[] | null
  readonly routes: readonly Route[]
  readonly rewrites: readonly { readonly source: string; readonly destination: string }[]
  readonly basePath: string
  /** Whether `withGateway()` was there when it was made. */
  readonly isWrapped: boolean
  readonly i18n: unknown
}

/** When the middleware runs: a path that fits, and a request that does. */
export type Matcher = {
  readonly regexp: string
  readonly originalSource: string
  readonly has?: readonly Condition[]
  readonly missing?: readonly Condition[]
}
type Condition = { readonly type: string; readonly key?: string }

export type Route = {
  readonly path: string
  readonly kind: 'page' | 'handler'
  readonly router: 'app' | 'pages'
}

/** Null when the folder has not been built, or by a Next that writes other files. */
export function readBuild(root: string, sources: readonly string[]): Build | null {
  const json = (name: string) => parse(readIfThere(root, `.next/${name}`))
  const required = json('required-server-files.json')
  if (!required || readIfThere(root, '.next/BUILD_ID') === undefined) return null
  const edge = json('server/middleware-manifest.json')?.middleware?.['/']
  // proxy.ts runs on Node, and stands in another file.
  const node = json('server/functions-config-manifest.json')?.functions?.['/_middleware']
  const appRoutes = Object.entries<string>(json('app-path-routes-manifest.json') ?? {})
  const pages = Object.keys(json('server/pages-manifest.json') ?? {})
  const routes = [
    ...appRoutes.map(([file, path]) => ({
      path,
      kind: file.endsWith('/page') ? ('page' as const) : ('handler' as const),
      router: 'app' as const,
    })),
    ...pages.map((path) => ({
      path,
      kind: path.startsWith('/api/') ? ('handler' as const) : ('page' as const),
      router: 'pages' as const,
    })),
  ]
  return {
    olderThan: changedSince(root, sources),
    matchers: (edge ?? node)?.matchers ?? null,
    routes: routes.filter(({ path }) => !/^\/(_|404$|500$)/.test(path)),
    // A list when there are only those that come after files.
    rewrites: Object.values(json('routes-manifest.json')?.rewrites ?? {}).flat() as Build['rewrites'],
    basePath: required.config?.basePath ?? '',
    isWrapped: required.config?.env?.[SHARED_OPTIONS_VARIABLE] !== undefined,
    i18n: required.config?.i18n ?? null,
  }
}

// biome-ignore lint/suspicious/noExplicitAny: Next's own files; whatever is not as expected counts as absent
function parse(text: string | undefined): any {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function changedSince(root: string, sources: readonly string[]): string | null {
  const changedAt = (path: string) => statSync(join(root, path)).mtimeMs
  const builtAt = changedAt('.next/BUILD_ID')
  return sources.find((source) => changedAt(source) > builtAt) ?? null
}
