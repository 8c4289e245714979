import { asApi, asDocument, asNavigation, asPrefetch } from './client.ts'
import type { LineState } from './line.ts'

/** The session of a browser when it asks. `revoked`: expired as well. */
export type Held = 'nothing' | 'good' | 'near its end' | 'expired' | 'revoked'

/** One request and what the middleware makes of it, wherever it runs. */
export type MiddlewareCase = {
  readonly title: string
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly held?: Held
  /** The fate of calls to the backend. */
  readonly line?: LineState
  /** A status, that the request reaches the app, or that it does not. */
  readonly expected: number | 'passes' | 'refused'
  readonly session?: 'active' | 'renewed' | 'anonymous' | 'ended' | 'degraded'
  readonly cookies?: 'untouched' | 'fresh' | 'cleared'
  readonly location?: string
  readonly answerHeaders?: Readonly<Record<string, string | null>>
}

const unavailable: LineState = (_request, response) => response.writeHead(503).end()
const noStore = { 'cache-control': 'private, no-store' }

const anonymous: MiddlewareCase[] = [
  {
    title: 'a document goes to the sign-in page, and back to its path and query after it',
    path: '/sessions?page=2&sort=a%2Fb',
    headers: asDocument,
    expected: 303,
    session: 'anonymous',
    location: '/login?returnTo=%2Fsessions%3Fpage%3D2%26sort%3Da%252Fb',
  },
  {
    title: 'an API request is answered 401',
    path: '/api/session',
    headers: asApi,
    expected: 401,
    session: 'anonymous',
    answerHeaders: { ...noStore, 'www-authenticate': 'Bearer' },
  },
  {
    title: 'a prefetch is answered 401, never with a redirect',
    path: '/dashboard',
    headers: asPrefetch,
    expected: 401,
    cookies: 'untouched',
    answerHeaders: { location: null },
  },
  {
    title: 'a client-side navigation is answered 401',
    path: '/dashboard',
    headers: asNavigation,
    expected: 401,
  },
  {
    title: 'a server action is led to the sign-in page',
    path: '/dashboard',
    method: 'POST',
    headers: { ...asApi, 'next-action': '00' },
    expected: 401,
    answerHeaders: { 'x-action-redirect': '/login?returnTo=%2Fdashboard;push' },
  },
  {
    title: 'a path that no rule names is protected',
    path: '/no-such-page',
    headers: asDocument,
    expected: 303,
  },
  {
    title: 'a public path passes',
    path: '/',
    headers: asDocument,
    expected: 'passes',
    session: 'anonymous',
    cookies: 'untouched',
  },
]

const signedIn: MiddlewareCase[] = [
  {
    title: 'a good token passes, and nothing is set',
    path: '/dashboard',
    headers: asDocument,
    held: 'good',
    expected: 'passes',
    session: 'active',
    cookies: 'untouched',
  },
  {
    title: 'an expired token is renewed',
    path: '/dashboard',
    headers: asDocument,
    held: 'expired',
    expected: 'passes',
    session: 'renewed',
    cookies: 'fresh',
    answerHeaders: noStore,
  },
  {
    title: 'a token near its end is renewed before it dies downstream',
    path: '/api/session',
    headers: asApi,
    held: 'near its end',
    expected: 'passes',
    session: 'renewed',
    cookies: 'fresh',
  },
  {
    title: 'a public path renews, too',
    path: '/',
    headers: asDocument,
    held: 'expired',
    expected: 'passes',
    session: 'renewed',
    cookies: 'fresh',
  },
  {
    title: 'a refused refresh token ends the session',
    path: '/dashboard',
    headers: asDocument,
    held: 'revoked',
    expected: 303,
    session: 'ended',
    cookies: 'cleared',
    answerHeaders: noStore,
  },
  {
    title: 'a role that is missing is answered 403',
    path: '/admin',
    headers: asDocument,
    held: 'good',
    expected: 403,
    cookies: 'untouched',
  },
]

const outages: MiddlewareCase[] = [
  {
    title: 'an outage answers a document 503 and touches no cookie',
    path: '/dashboard',
    headers: asDocument,
    held: 'expired',
    line: unavailable,
    expected: 503,
    session: 'degraded',
    cookies: 'untouched',
  },
  {
    title: 'an outage leaves a token alone that is only near its end',
    path: '/api/session',
    headers: asApi,
    held: 'near its end',
    line: unavailable,
    expected: 'passes',
    session: 'degraded',
    cookies: 'untouched',
  },
  {
    title: 'an outage lets a public path pass',
    path: '/',
    headers: asDocument,
    held: 'expired',
    line: unavailable,
    expected: 'passes',
    session: 'degraded',
    cookies: 'untouched',
  },
]

const crossSite: MiddlewareCase[] = [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
  {},
].map((headers) => ({
  title: `another site's post is answered 403: ${JSON.stringify(headers)}`,
  path: '/api/refreshresttokens',
  method: 'POST',
  headers: { ...headers },
  held: 'good',
  expected: 403,
  cookies: 'untouched',
}))

/** Ways of writing the path of a page for administrators. */
export const ADMIN_PATHS = [
  '/admin',
  '/admin/',
  '//admin',
  '/x/../admin',
  '/x/%2e%2e/admin',
  '/%61dmin',
  '/admin.rsc',
  '/admin.segments/_tree.segment.rsc',
  '/_next/data/x/admin.json',
]

const pathForms = ADMIN_PATHS.map(
  (path): MiddlewareCase => ({
    title: `a page has no back door: ${path}`,
    path,
    headers: asDocument,
    held: 'good',
    expected: 'refused',
  }),
)

const spoofed: MiddlewareCase[] = [
  { 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware' },
  { 'x-middleware-next': '1' },
  { 'x-session': 'active' },
  { 'x-original-url': '/' },
].map((lie) => ({
  title: `a header does not open the door: ${JSON.stringify(lie)}`,
  path: '/dashboard',
  headers: { ...asDocument, ...lie },
  expected: 303,
  session: 'anonymous',
}))

/** Cases that hold for the middleware alone, under `next start` and as Vercel's function. */
export const MIDDLEWARE_CASES: readonly MiddlewareCase[] = [
  ...anonymous,
  ...signedIn,
  ...outages,
  ...crossSite,
  ...pathForms,
  ...spoofed,
]
