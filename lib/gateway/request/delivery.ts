import type { CookiePair } from '../cookies/header.ts'
import type { SentHeaders } from '../platform.ts'

/** Whether the answer to a request can carry cookies, under a `Cache-Control` of the gateway. */
export type Delivery = 'possible' | 'impossible'

/**
 * Paths whose answers the gateway does not write the headers of. `withGateway()` finds them.
 *
 * `path` is a regular expression for the whole path, `basePath` included. `has` and `missing` are Next's conditions.
 */
export type UndeliverablePath = {
  readonly path: string
  readonly has?: readonly Condition[]
  readonly missing?: readonly Condition[]
  /** Another server answers, which is not sent the session's cookies. */
  readonly elsewhere?: boolean
}

/** A condition of a rewrite, as `next.config` has it. */
type Condition = {
  readonly type: 'header' | 'cookie' | 'query' | 'host'
  readonly key?: string | undefined
  readonly value?: string | undefined
}

/** Where the answer to a request comes from, and whether it can carry cookies. */
export type Destination = { readonly delivery: Delivery; readonly elsewhere: boolean }

/** The parts of a request that conditions ask for. `pathname` holds the `basePath`. */
type Asked = {
  readonly pathname: string
  readonly search: string
  readonly headers: SentHeaders
  readonly pairs: readonly CookiePair[]
}

/** Next itself says how long caches keep these: the build's files, and optimized images. */
const OWN_FILES = /\/_next\/(?:static|image)(?:\/|$)/
/** Data of a page, which a rewrite of that page's path takes along. */
const DATA = /\/_next\/data\/[^/]+(\/.*)\.json$/s

/** Compiles the paths once. */
export function compileDelivery(paths: readonly UndeliverablePath[]): (request: Asked) => Destination {
  const rules = paths.map((rule) => ({ ...rule, pattern: new RegExp(`^(?:${rule.path})/?$`, 'is') }))
  return (request) => {
    const { pathname } = request
    const page = pathname.replace(DATA, '$1')
    const rule = rules.find(
      ({ pattern, has = [], missing = [] }) =>
        (pattern.test(pathname) || pattern.test(page)) &&
        has.every((condition) => holds(condition, request)) &&
        !missing.some((condition) => holds(condition, request)),
    )
    const isImpossible = rule || OWN_FILES.test(pathname) || request.headers.get('upgrade')
    return { delivery: isImpossible ? 'impossible' : 'possible', elsewhere: rule?.elsewhere === true }
  }
}

/** Reads a condition as Next does. */
function holds(condition: Condition, request: Asked): boolean {
  const found = presentedFor(condition, request)
  if (!found) return false
  return !condition.value || new RegExp(`^${condition.value}$`).test(found)
}

function presentedFor({ type, key = '' }: Condition, { search, headers, pairs }: Asked): string | undefined {
  switch (type) {
    case 'header':
      return headers.get(key.toLowerCase()) ?? undefined
    case 'cookie':
      return pairs.find(({ name }) => name === key)?.value
    case 'query':
      return new URLSearchParams(search).getAll(key).at(-1)
    case 'host':
      return headers.get('host')?.split(':')[0]?.toLowerCase()
  }
}
