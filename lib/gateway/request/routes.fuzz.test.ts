import { createRequire } from 'node:module'
import fc from 'fast-check'
import { textOf } from '../../../scripts/testing/fuzz/inputs.ts'
import { holds, same, thrownBy } from '../../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../../scripts/testing/fuzz/property.ts'
import { GatewayError } from '../errors.ts'
import type { PathRule, Requirement, Route } from './routes.ts'
import { compileRoutes } from './routes.ts'

type Normalizer = { match(path: string): boolean; normalize(path: string, matched?: boolean): string }
const require = createRequire(import.meta.url)
const normalizers = 'next/dist/server/normalizers/request'
const { RSCPathnameNormalizer } = require(`${normalizers}/rsc`)
const { SegmentPrefixRSCPathnameNormalizer } = require(`${normalizers}/segment-prefix-rsc`)
const { NextDataPathnameNormalizer } = require(`${normalizers}/next-data`)

const BUILD = 'build-1'
const [rsc, segments, data]: Normalizer[] = [
  new RSCPathnameNormalizer(),
  new SegmentPrefixRSCPathnameNormalizer(),
  new NextDataPathnameNormalizer(BUILD),
]

/** The paths of the pages that Next may render for a request, in each way it is hosted; endings by Next's own code. */
function pagesOf(pathname: string): string[] {
  // `next start` redirects these, and other hosts merge them.
  const path = pathname.replaceAll(/\/{2,}/g, '/').replace(/(.)\/$/, '$1')
  // No page of an app lies where Next keeps the data of pages.
  const forms = /^\/_next\/data\/[^/]+\/.*\.json$/s.test(path) ? [] : [path]
  const minimal = [segments, rsc].find((one) => one?.match(path))
  if (minimal) forms.push(minimal.normalize(path, true))
  if (data?.match(path)) forms.push(data.normalize(path, true))
  return forms.flatMap((form) => {
    try {
      // Dynamic routes are matched segment by segment, where an encoded slash separates nothing; files of the build by
      // the whole path decoded. No file of a build has a backslash in its name.
      const whole = decodeURIComponent(form)
      const bySegment = form
        .split('/')
        .map((segment) => decodeURIComponent(segment).replaceAll('/', '\u2215'))
      return [bySegment.join('/'), ...(whole.includes('\\') ? [] : [whole])]
    } catch {
      // A path that cannot be decoded is answered 400.
      return []
    }
  })
}

const ADMIN: Requirement = { roles: ['admin'] }
const RULES: PathRule[] = [
  { path: '/', require: 'public' },
  { path: '/login', require: 'public' },
  { path: '/docs/internal/:path*', require: { roles: ['staff'] } },
  { path: '/docs/:path*', require: 'public' },
  { path: '/admin/:path*', require: ADMIN },
  { path: '/users/:id', require: { roles: ['support'] } },
  { path: '/:tenant/secret', require: { roles: ['staff', 'admin'] } },
  { path: '/:tenant/open', require: 'public' },
]

const rolesOf = (requirement: Requirement | Route['require']) =>
  typeof requirement === 'object' ? [requirement].flat().flatMap(({ roles = [] }) => roles) : []
/** A session that may pass `strict` may pass `lax`. */
const atLeast = (strict: Route['require'], lax: Requirement) =>
  (lax === 'public' || strict !== 'public') && rolesOf(lax).every((role) => rolesOf(strict).includes(role))

/** The rule of a page, read the simple way: path patterns as regular expressions. */
function requirementOfPage(page: string): Requirement {
  const rule = RULES.find(({ path }) =>
    new RegExp(`^${path.replace('/:path*', '(/.*)?').replaceAll(/:\w+/g, '[^/]+')}$`, 's').test(page),
  )
  return rule?.require ?? 'session'
}

const WORDS = ['admin', 'login', 'docs', 'internal', 'users', 'secret', 'open', 'acme', 'index', '7', 'x']
const MARKS = [
  '/',
  '/',
  '/',
  '//',
  '.rsc',
  '.segments/',
  '.segments/_tree.segment.rsc',
  '.segment.rsc',
  '.json',
  `/_next/data/${BUILD}/`,
  '/_next/data/x/',
  '..',
  '.',
  '\\',
  ';',
  '@',
  '%2F',
  '%2f',
  '%5C',
  '%25',
  '%252F',
  '%0A',
  '%00',
  '%E2%80%A8',
  '%zz',
  '%',
  '~',
  ':',
]
const writings = (word: string) =>
  fc
    .tuple(
      ...[...word].map((letter) => {
        const hex = letter.charCodeAt(0).toString(16)
        return fc.oneof(
          { weight: 9, arbitrary: fc.constant(letter) },
          { weight: 1, arbitrary: fc.constantFrom(`%${hex}`, `%25${hex}`) },
        )
      }),
    )
    .map((letters) => letters.join(''))
const piece = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...WORDS).chain(writings) },
  { weight: 5, arbitrary: fc.constantFrom(...MARKS) },
)
const path = fc
  .array(piece, { maxLength: 9 })
  .map((pieces) => new URL(`http://app.example/${pieces.join('')}`).pathname)

const routeOf = compileRoutes(RULES)
fuzz('path forms', path, (pathname) => {
  const { require } = routeOf(pathname)
  for (const page of pagesOf(pathname))
    holds(
      atLeast(require, requirementOfPage(page)),
      `${pathname} renders ${page} and needs ${JSON.stringify(require)}`,
    )
})

const rule = textOf(
  [
    '/',
    '/',
    'a',
    ':id',
    ':path*',
    ':rest+',
    ':x?',
    '*',
    '(',
    ')',
    '[',
    '%61',
    '.',
    '\\',
    '|',
    '{',
    '^',
    '$',
    '#',
  ],
  8,
)
fuzz('path rules', fc.record({ rule, path }), ({ rule, path }) => {
  let route: ReturnType<typeof compileRoutes> | undefined
  const error = thrownBy(GatewayError, () => {
    route = compileRoutes([{ path: rule, require: 'public' }])
  })
  if (error) return same(error.message.includes(rule), true, 'the error names the rule')
  const { require } = route?.(path) ?? { require: undefined }
  holds(require === 'public' || require === 'session', 'a rule is followed, or the path is protected')
  const depth = rule.split('/').filter(Boolean).length
  const isOpen = /[*+?]/.test(rule)
  const segments = path.split('/').filter(Boolean).length
  if (!isOpen && require === 'public' && !/rsc|segments|_next|%|index/.test(path))
    same(segments, depth, 'a rule without wildcard opens paths of its own depth')
})
