import { compilePath } from './path-pattern.ts'
import { MAX_PATH_LENGTH } from './size.ts'

/** The need of a path: nothing, a session, or a session of which all of this holds. */
export type Requirement = 'public' | 'session' | SessionRequirement

/** Conditions on a session. If one does not hold, the person is asked to sign in again; if the role is missing, the answer is 403. */
export type SessionRequirement = {
  /** Every one of these roles. Default: none. */
  readonly roles?: readonly string[]
  /** Seconds since the person has signed in, at most (`auth_time`; RFC 9470, `max_age`). Default: any time. */
  readonly authenticatedWithin?: number
  /** How sure the sign-in was: one of these values of `acr` (RFC 9470, `acr_values`). Default: any. */
  readonly acr?: readonly string[]
  /**
   * `strict`: nobody passes while it cannot be told which sessions have ended, because the feed of `revocation` is older than it tolerates:
   * they are answered 503. Without `revocation`, nobody ever passes. Default: they pass with a good token.
   */
  readonly freshness?: 'strict'
  /**
   * `bound`: a key of the device is needed to renew the session (`deviceBinding`). Without `deviceBinding`, nobody ever passes. Default:
   * any session.
   */
  readonly device?: 'bound'
}

/**
 * A rule for the paths that match `path`, in the syntax of Next's own matchers:
 * `/admin`, `/admin/:path*`, `/users/:id`, `/files/:rest+`. `:locale` in a public rule is one of `locales`, where they are
 * given, so that `/:locale` makes no other page public; in other rules it is any segment.
 *
 * `renew: 'always'` renews on each request, even while the access token is good. `renew: 'never'` is for paths whose answers
 * cannot carry cookies, because something behind the gateway drops them: the access token alone decides, and nothing is spent.
 *
 * `methods` are those that the path answers, `HEAD` with `GET`: on a request with another one the access token alone decides,
 * and nothing is renewed, set or cleared. Default: any.
 */
export type PathRule = {
  readonly path: string
  readonly require: Requirement
  readonly renew?: 'when-due' | 'always' | 'never'
  readonly methods?: readonly string[]
}

export type Route = {
  /** A list: all of these. */
  readonly require: 'public' | 'session' | readonly SessionRequirement[]
  readonly renew: 'when-due' | 'always' | 'never'
  /** Undefined: any. */
  readonly methods?: readonly string[] | undefined
}

/** The route of public paths. */
export const PUBLIC: Route = { require: 'public', renew: 'when-due' }

/** Whether a route answers a method. */
export const hasMethod = ({ methods }: Route, method: string): boolean =>
  !methods || methods.includes(method) || (method === 'HEAD' && methods.includes('GET'))

/** A path that everybody reads alike: most are such, and need no second look. */
const PLAIN = /^(?!\/index$)\/(?:[\w-]+(?:\/[\w-]+)*)?$/

/**
 * Files for browsers and crawlers, public unless a rule names them. `withGateway()` of `evergate/next/config` finds them:
 * what lies in `public/`, icons, manifest, robots, sitemap, and images for links.
 */
export type PublicFiles = {
  /** Paths, decoded: `/robots.txt`. */
  readonly paths: readonly string[]
  /** A regular expression for paths with parts that are known at request time alone. Default: none. */
  readonly pattern?: string
}

/** A path that no rule names is protected. */
export const PROTECTED: Route = { require: 'session', renew: 'when-due' }
/** Of what everybody may have, and gets alike: it is worth no renewal, and caches may keep it. */
export const OPEN: Route = { require: 'public', renew: 'never' }

/**
 * Compiles rules once; the first that matches decides. Where none does, `publicFiles` are public. A path that is too long is
 * protected unread.
 */
export function compileRoutes(
  rules: readonly PathRule[],
  { paths, pattern }: PublicFiles = { paths: [] },
  locales: readonly string[] = [],
): (pathname: string) => Route {
  const files = new Set(paths)
  const filePattern = pattern === undefined ? undefined : new RegExp(pattern)
  const anyLocale = locales.map((locale) => locale.replace(/[^\w-]/g, '\\$&')).join('|')
  const compiled = rules.map(({ path, require, renew = 'when-due', methods }) => ({
    pattern: compilePath(path, require === 'public' ? anyLocale : ''),
    route: { require: typeof require === 'object' ? [require] : require, renew, methods },
  }))
  const routeOf = (path: string) =>
    compiled.find(({ pattern }) => pattern.test(path))?.route ??
    (files.has(path) || filePattern?.test(path) ? OPEN : PROTECTED)
  return (pathname) => {
    if (pathname.length > MAX_PATH_LENGTH) return PROTECTED
    if (PLAIN.test(pathname)) return routeOf(pathname)
    const literal = decodePlainly(pathname)
    const rendered = renderedPath(pathname)
    return strictest(
      literal === undefined || rendered === undefined
        ? [PROTECTED, ...readings(pathname).map(routeOf)]
        : [...new Set([rendered, ...pages(literal)])].map(routeOf),
    )
  }
}

/** The needs of all these routes together; the rest is as the first says. */
export function strictest(routes: readonly Route[]): Route {
  if (routes.every((route) => route === OPEN)) return OPEN
  const needs = new Set(routes.flatMap(({ require }) => (typeof require === 'object' ? require : [])))
  const isPublic = routes.every(({ require }) => require === 'public')
  const require = needs.size > 0 ? [...needs] : isPublic ? 'public' : 'session'
  return { ...(routes[0] ?? PROTECTED), require }
}

/**
 * The path of the page that Next renders for a request's path, so that no way of writing a path meets another rule than
 * its page: `/admin.rsc`, `/admin.segments/_tree.segment.rsc`, `/_next/data/<build>/admin.json`, `/%61dmin/` are all
 * `/admin`. Undefined when it cannot be told.
 */
export function renderedPath(pathname: string): string | undefined {
  const decoded = decodePlainly(pagePath(pathname))
  return decoded === '/index' ? '/' : decoded
}

/** Undefined for a path that an encoded slash or a second layer of encoding makes another to those who decode differently. */
function decodePlainly(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path)
    return decoded.split('/').length === path.split('/').length && !/[\\%]/.test(decoded)
      ? decoded
      : undefined
  } catch {
    return undefined
  }
}

/** Data of a page, which nothing but Next may answer: whatever stands under `/_next` is its own. */
const DATA = /^\/_next\/data\/[^/]+(\/.*)\.json$/s
/** Additions of some hosts to a page's path: segments (the last or the first ends the path), RSC. */
const WRAPPINGS = [/^(.*)\.segments\/.*$/s, /^(.*?)\.segments\/.*$/s, /^(.*)\.rsc$/s]

const unwrapData = (path: string) => mergeSlashes(mergeSlashes(path).replace(DATA, '$1'))

const pagePath = (pathname: string) =>
  mergeSlashes(WRAPPINGS.reduce((path, wrapping) => path.replace(wrapping, '$1'), unwrapData(pathname)))

/** A path with each of its wrappings or without: to a host that does not know one, `/login.rsc` is `/[slug]`. */
function pages(path: string): string[] {
  let found = [unwrapData(path)]
  for (const wrapping of WRAPPINGS)
    found = [...new Set(found.flatMap((one) => [one, one.replace(wrapping, '$1')]))]
  return found.map(mergeSlashes)
}

const mergeSlashes = (path: string) => path.replace(/\/{2,}/g, '/').replace(/(.)\/$/s, '$1')

/** Layers of encoding that anything behind the gateway might remove. */
const LAYERS = 3

/** Readings of a path by different decoders: encoded slashes are kept, or taken for slashes. */
function readings(pathname: string): string[] {
  const found: string[] = []
  let path = pathname
  for (let layer = 0; layer < LAYERS; layer += 1) {
    const segments = path.split('/').map((segment) => decodeLeniently(segment).replaceAll('/', '%2F'))
    path = decodeLeniently(path).replaceAll('\\', '/')
    found.push(segments.join('/'), path)
  }
  return found.flatMap(pages)
}

/** Percent-encoded UTF-8, character by character (RFC 3629 4), so that decoding it never throws: that is dear, and was to be had for 3 bytes. */
const ENCODED =
  /(?:%[0-7][\da-f]|(?:%c[2-9a-f]|%d[\da-f]|(?:%e0%[ab]|%ed%[89]|%e[1-9a-cef]%[89ab]|(?:%f0%[9ab]|%f4%8|%f[1-3]%[89ab])[\da-f]%[89ab])[\da-f])%[89ab][\da-f])+/gi

/** Removes one layer of encoding wherever there is one. */
const decodeLeniently = (text: string) => text.replace(ENCODED, decodeURIComponent)
