import * as fc from 'fast-check'
import type { NextRequest } from 'next/server'
import { NextResponse } from 'next/server'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RefreshAnswer } from '../gateway/renewal/backend.ts'
import { createTestSession } from '../testing/session.ts'
import type { OwnMiddleware } from './middleware.ts'
import { createGateway } from './middleware.ts'
import type { SentRequest, UrlConfig } from './testing/edge-adapter.ts'
import { throughAdapter } from './testing/edge-adapter.ts'

const SECRET = 'a secret of the tests that is long enough'

// Before Next is loaded, which looks for it.
vi.hoisted(() => {
  const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks')
  Object.assign(globalThis, { AsyncLocalStorage })
})

beforeAll(() => {
  vi.stubEnv('ETLS_ACCESS', SECRET)
  vi.stubEnv('LOG_LEVEL', 'error')
})
afterAll(() => vi.unstubAllEnvs())

const i18n = { locales: ['en', 'de', 'pt-BR'], defaultLocale: 'en' }
const CONFIGURATIONS: Record<string, UrlConfig> = {
  none: {},
  basePath: { basePath: '/shop' },
  trailingSlash: { trailingSlash: true },
  both: { basePath: '/shop', trailingSlash: true },
  'the languages of the Pages Router': { i18n },
  'these, and both': { i18n, basePath: '/shop', trailingSlash: true },
}

const issue = async (): Promise<RefreshAnswer> => ({
  result: 'rotated',
  tokens: {
    accessToken: (await createTestSession({ accessSecret: SECRET })).accessToken,
    refreshToken: 'child',
    refreshTokenMaxAge: null,
    userData: null,
    otherCookies: [],
  },
})

/** How a request that may pass can come about: what the browser holds, and what the backend says. */
type Way = {
  readonly outcome: 'active' | 'renewed' | 'degraded' | 'anonymous' | 'ended'
  readonly require: 'session' | 'public'
  readonly expiresIn: number | null
  readonly refresh: (() => Promise<RefreshAnswer>) | null
}
const refused = async (): Promise<RefreshAnswer> => ({ result: 'refused', reason: 'session_revoked' })
const down = async (): Promise<RefreshAnswer> => ({
  result: 'unavailable',
  reason: 'status_503',
  repeat: 'never',
})
const WAYS: Record<string, Way> = {
  active: { outcome: 'active', require: 'session', expiresIn: 900, refresh: null },
  renewed: { outcome: 'renewed', require: 'session', expiresIn: -60, refresh: issue },
  degraded: { outcome: 'degraded', require: 'session', expiresIn: 10, refresh: down },
  'public, anonymous': { outcome: 'anonymous', require: 'public', expiresIn: null, refresh: null },
  'public, active': { outcome: 'active', require: 'public', expiresIn: 900, refresh: null },
  'public, renewed': { outcome: 'renewed', require: 'public', expiresIn: -60, refresh: issue },
  'public, degraded': { outcome: 'degraded', require: 'public', expiresIn: -60, refresh: down },
  'public, ended': { outcome: 'ended', require: 'public', expiresIn: -60, refresh: refused },
}

async function cookieOf({ expiresIn, refresh }: Way): Promise<string> {
  const session =
    expiresIn === null ? [] : [(await createTestSession({ accessSecret: SECRET, expiresIn })).cookieHeader]
  return ['theme=a=b%20c', ...session, ...(refresh ? [`refreshToken=p${crypto.randomUUID()}`] : [])].join(
    '; ',
  )
}

/** Sends a request through a gateway that lets it pass in this way; `own` is the user's middleware. */
async function pass(sent: SentRequest, config: UrlConfig, way: Way, own: OwnMiddleware): Promise<Response> {
  const { require, refresh } = way
  vi.stubEnv('EVERGATE_OPTIONS', JSON.stringify({ basePath: config.basePath ?? '' }))
  const gateway = createGateway({
    rules: [{ path: '/:path*', require }],
    onEvent: () => {},
    backend: { refresh: refresh ?? down },
    next: own,
  })
  const headers = { ...sent.headers, cookie: await cookieOf(way) }
  return throughAdapter({ ...sent, headers }, config, (request) => gateway(onPlatform(request)))
}

/** Every field of `nextUrl` that one can read, and what it makes of changes. */
function urlOf({ nextUrl }: NextRequest) {
  const { href, origin, protocol, host, hostname, port, username, password, pathname, search, hash } = nextUrl
  const { basePath, locale, defaultLocale, domainLocale, buildId } = nextUrl
  const elsewhere = nextUrl.clone()
  elsewhere.pathname = '/elsewhere'
  const fields = { href, origin, protocol, host, hostname, port, username, password, pathname, search, hash }
  const languages = { basePath, locale, defaultLocale, domainLocale, buildId }
  return { ...fields, ...languages, query: [...nextUrl.searchParams], elsewhere: elsewhere.href }
}

const OF_THE_SESSION = /^(cookie|traceparent|x-session.*)$/

/** All that one's own middleware can see of a request, but the session. */
async function everythingOf(request: NextRequest) {
  const { url, method, redirect, referrer, referrerPolicy, mode, credentials, cache, integrity } = request
  const { destination, keepalive } = request
  const platform = request as NextRequest & { geo: unknown; ip: unknown }
  return {
    nextUrl: urlOf(request),
    fields: { url, method, redirect, referrer, referrerPolicy, mode, credentials, cache, integrity },
    more: {
      destination,
      keepalive,
      geo: platform.geo,
      ip: platform.ip,
      type: request.constructor.name,
    },
    headers: [...request.headers].filter(([name]) => !OF_THE_SESSION.test(name)),
    theme: request.cookies.get('theme'),
    aborted: request.signal.aborted,
    bodyUsed: request.bodyUsed,
    body: await request.clone().text(),
    again: await request.text(),
  }
}

const GEO = { city: 'Bremen', country: 'DE' }

/** As some hosts do, before the middleware runs. */
const onPlatform = (request: NextRequest) => Object.assign(request, { geo: GEO, ip: '192.0.2.7' })

async function seenWith(sent: SentRequest, config: UrlConfig, way: Way) {
  let seen: unknown
  const response = await pass(sent, config, way, async (request) => {
    seen = await everythingOf(request)
    return undefined
  })
  return { seen, outcome: response.headers.get('x-session') }
}

async function seenWithout(sent: SentRequest, config: UrlConfig) {
  let seen: unknown
  const headers = { ...sent.headers, cookie: 'theme=a=b%20c' }
  await throughAdapter({ ...sent, headers }, config, async (request) => {
    seen = await everythingOf(onPlatform(request))
    return undefined
  })
  return seen
}

const segment = fc.constantFrom(
  'a',
  'page',
  'de',
  'EN',
  'pt-BR',
  'x.y',
  '%C3%A4',
  'b%20c',
  'shop',
  '_next',
  'data',
)
const requests = (basePath = ''): fc.Arbitrary<SentRequest> =>
  fc
    .record({
      segments: fc.array(segment, { maxLength: 4 }),
      slash: fc.constantFrom('', '/'),
      search: fc.constantFrom('', '?a=1', '?a=%2F&a=b+c&returnTo=%2Fx', '?_rsc=abc', '?nxtPid=1'),
      method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE'),
      host: fc.constantFrom('localhost:3000', '127.0.0.1:3000', 'app.example'),
      body: fc.option(fc.string({ minLength: 1, maxLength: 20 })),
      extra: fc.constantFrom(
        {},
        { accept: 'text/html' },
        { rsc: '1', 'next-router-prefetch': '1' },
        { 'x-own': 'é' },
      ),
    })
    .map(({ segments, slash, search, method, host, body, extra }) => ({
      url: `http://${host}${basePath}${segments.map((one) => `/${one}`).join('')}${slash || (segments.length || basePath ? '' : '/')}${search}`,
      method,
      headers: { host, 'sec-fetch-site': 'same-origin', ...extra },
      body: method === 'POST' || method === 'PUT' ? body : null,
    }))
    // Next's own files carry no cookies of the gateway.
    .filter(({ url }) => !/\/_next\/(?!data\/)/.test(url))

describe.each(Object.entries(CONFIGURATIONS))(
  'nextauth0 #2417, next.js #50161: one’s own middleware sees the request that Next made, with %s',
  (_, config) => {
    test.each(Object.entries(WAYS))('%s', async (_name, way) => {
      await fc.assert(
        fc.asyncProperty(requests(config.basePath), fc.constantFrom('', '1'), async (sent, asSent) => {
          // `skipProxyUrlNormalize` sets this.
          vi.stubEnv('__NEXT_NO_MIDDLEWARE_URL_NORMALIZE', asSent)
          const { seen, outcome } = await seenWith(sent, config, way)
          expect(outcome).toBe(way.outcome)
          expect(seen).toEqual(await seenWithout(sent, config))
        }),
        { numRuns: 12 },
      )
    })
  },
)

const renewed = WAYS.renewed as Way
const AT_RENEWAL: SentRequest = {
  url: 'http://localhost:3000/shop/de/page/',
  method: 'GET',
  headers: { host: 'localhost:3000' },
  body: null,
}
const config = { basePath: '/shop', trailingSlash: true, i18n }

describe('at renewal', () => {
  test('a rewrite from `nextUrl` stays below the basePath, in its language', async () => {
    const response = await pass(AT_RENEWAL, config, renewed, ({ nextUrl }) => {
      const url = nextUrl.clone()
      url.pathname = '/other'
      return NextResponse.rewrite(url)
    })
    expect(response.headers.get('x-middleware-rewrite')).toBe('http://localhost:3000/shop/de/other/')
  })

  test('cookies that one’s own middleware sets reach the page beside the renewed ones', async () => {
    const response = await pass(AT_RENEWAL, config, renewed, (request) => {
      expect(request.cookies.get('refreshToken')?.value).toBe('child')
      request.cookies.set('own', '1')
      return NextResponse.next({ request })
    })
    const handedOn = response.headers.get('x-middleware-request-cookie') ?? ''
    expect(handedOn).toMatch(/theme=.*accessToken=.*refreshToken=child; own=1$/)
  })

  test('it is the very request, whatever else holds it', async () => {
    let seen: unknown
    let sent: unknown
    vi.stubEnv('EVERGATE_OPTIONS', JSON.stringify({ basePath: '/shop' }))
    const gateway = createGateway({
      backend: { refresh: issue },
      onEvent: () => {},
      next: (request) => {
        seen = request
        return undefined
      },
    })
    const headers = { ...AT_RENEWAL.headers, cookie: await cookieOf(renewed) }
    await throughAdapter({ ...AT_RENEWAL, headers }, config, (request) => {
      sent = request
      return gateway(request)
    })
    expect(seen).toBe(sent)
  })
})
