import { GatewayError } from './errors.ts'

/** What a path needs: nothing, a session, or a session with every one of these roles. */
export type Requirement = 'public' | 'session' | { readonly roles: readonly string[] }

/**
 * A rule for the paths that match `path`, in the syntax of Next's own matchers:
 * `/admin`, `/admin/:path*`, `/users/:id`, `/files/:rest+`.
 *
 * `renew: 'always'` renews on each request, even while the access token is good.
 */
export type PathRule = {
  readonly path: string
  readonly require: Requirement
  readonly renew?: 'when-due' | 'always'
}

export type Route = { readonly require: Requirement; readonly renew: 'when-due' | 'always' }

/** What no rule names is protected. */
const PROTECTED: Route = { require: 'session', renew: 'when-due' }

/** Compiles rules once; the first that matches decides. */
export function compileRoutes(rules: readonly PathRule[]): (pathname: string) => Route {
  const compiled = rules.map(({ path, require, renew = 'when-due' }) => ({
    pattern: compilePath(path),
    route: { require, renew },
  }))
  const routeOf = (path: string) => compiled.find(({ pattern }) => pattern.test(path))?.route ?? PROTECTED
  return (pathname) => {
    const rendered = renderedPath(pathname)
    return rendered === undefined ? strictest(readings(pathname).map(routeOf)) : routeOf(rendered)
  }
}

/** A session, with every role that one of these routes needs. */
function strictest(routes: readonly Route[]): Route {
  const roles = routes.flatMap(({ require }) => (typeof require === 'object' ? require.roles : []))
  return roles.length > 0 ? { ...PROTECTED, require: { roles: [...new Set(roles)] } } : PROTECTED
}

/**
 * The path of the page that Next renders for a request's path, so that no way of writing a path meets another rule than
 * its page: `/admin.rsc`, `/admin.segments/_tree.segment.rsc`, `/_next/data/<build>/admin.json`, `/%61dmin/` are all
 * `/admin`. Undefined when it cannot be told.
 */
export function renderedPath(pathname: string): string | undefined {
  const path = pagePath(pathname)
  try {
    const decoded = decodeURIComponent(path)
    if (decoded === '/index') return '/'
    // An encoded slash or a second layer of encoding names a page only to those who decode differently.
    return decoded.split('/').length === path.split('/').length && !/[\\%]/.test(decoded)
      ? decoded
      : undefined
  } catch {
    return undefined
  }
}

function pagePath(pathname: string): string {
  return pathname
    .replace(/^\/_next\/data\/[^/]+(\/.*)\.json$/, '$1')
    .replace(/\.segments\/.*$/, '')
    .replace(/\.rsc$/, '')
    .replace(/\/{2,}/g, '/')
    .replace(/(.)\/$/, '$1')
}

/** Layers of encoding that anything behind the gateway might remove. */
const LAYERS = 3

/** What different decoders may make of a path that cannot be told: encoded slashes kept, and taken for slashes. */
function readings(pathname: string): string[] {
  const found: string[] = []
  let path = pagePath(pathname)
  for (let layer = 0; layer < LAYERS; layer += 1) {
    const segments = path.split('/').map((segment) => decodeLeniently(segment).replaceAll('/', '%2F'))
    path = pagePath(decodeLeniently(path).replaceAll('\\', '/'))
    found.push(segments.join('/'), path)
  }
  return found
}

/** Removes one layer of encoding wherever there is one. */
function decodeLeniently(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run)
    } catch {
      return run.replace(/%[0-7][\da-f]/gi, (ascii) => decodeURIComponent(ascii))
    }
  })
}

const PARAMETER = /^:\w+([*+?]?)$/
const PARAMETER_PATTERN: Record<string, string> = {
  '': '/[^/]+',
  '?': '(?:/[^/]+)?',
  '*': '(?:/.*)?',
  '+': '/.+',
}

function compilePath(path: string): RegExp {
  if (!path.startsWith('/')) throw unsupported(path)
  const segments = path.split('/').filter((segment) => segment !== '')
  return new RegExp(`^${segments.map((segment) => compileSegment(segment, path)).join('') || '/'}$`, 's')
}

function compileSegment(segment: string, path: string): string {
  const modifier = PARAMETER.exec(segment)?.[1]
  if (modifier !== undefined) return PARAMETER_PATTERN[modifier] ?? ''
  if (/[:*+?(){}[\]|^$\\%#]/.test(segment)) throw unsupported(path)
  return `/${segment.replaceAll('.', '\\.')}`
}

function unsupported(path: string): GatewayError {
  return new GatewayError(
    'invalid_option',
    `rule path "${path}" is not understood; write segments such as /admin, /:id, /:path* and nothing else`,
  )
}
