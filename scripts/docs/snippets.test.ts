import { AsyncLocalStorage } from 'node:async_hooks'
import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { createSessionGateway } from 'evergate/gateway'
import type { SessionInfo } from 'evergate/react'
import { createTestSession } from 'evergate/testing'
import { PHASE_PRODUCTION_BUILD } from 'next/constants.js'
import { NextRequest } from 'next/server'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const accessSecret = 'the secret of access tokens, for tests'
const visitor = vi.hoisted(() => ({ cookie: null as string | null, shared: new Map<string, string>() }))
vi.mock('next/headers', async () => (await import('evergate/testing')).nextHeaders(() => visitor.cookie))
vi.mock('@redis/client', () => ({
  createClient: () => ({
    connect: async () => ({
      get: async (key: string) => visitor.shared.get(key) ?? null,
      async set(key: string, value: string, { NX }: { NX?: boolean }) {
        if (NX && visitor.shared.has(key)) return null
        visitor.shared.set(key, value)
        return 'OK'
      },
    }),
  }),
}))

/** The answers of the addresses in the examples. */
type Answer = (url: string, init: RequestInit) => Response | Promise<Response>
let answer: Answer
const nobodyAnswers: Answer = (url) => {
  throw new TypeError(`nobody answers ${url}`)
}

beforeEach(() => {
  answer = nobodyAnswers
  visitor.cookie = null
  vi.stubEnv('ETLS_ACCESS', accessSecret)
  vi.stubEnv('CLIENT_SECRET', 'what the provider knows this app by')
  vi.stubGlobal('fetch', async (to: string | URL | Request, init: RequestInit = {}) =>
    answer(to instanceof Request ? to.url : String(to), init),
  )
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

const DOCUMENT = { accept: 'text/html', 'sec-fetch-mode': 'navigate', host: 'app.example' }
const visit = (path: string, cookie = '') =>
  new NextRequest(`http://app.example${path}`, { headers: { ...DOCUMENT, ...(cookie && { cookie }) } })
const signedIn = (roles: readonly string[] = ['user'], name = 'Ann') =>
  createTestSession({ accessSecret, user: { id: 'u1', name }, roles })

describe('tracing', () => {
  it('instrumentation.ts does nothing where nobody collects spans', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', '')
    const { register } = await import('../../docs/examples/snippets/tracing/instrumentation.ts')
    expect(await register()).toBeUndefined()
    vi.unstubAllEnvs()
  })

  it('middleware.ts leaves a span for each request', async () => {
    const exporter = new InMemorySpanExporter()
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    )
    const { middleware } = await import('../../docs/examples/snippets/tracing/middleware.ts')
    await middleware(visit('/'))
    trace.disable()
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['evergate.session'])
  })
})

describe('adopting', () => {
  it('middleware.ts lets in who may', async () => {
    const { middleware } = await import('../../docs/examples/snippets/adopt/middleware.ts')
    const statusOf = async (path: string, cookie?: string) => (await middleware(visit(path, cookie))).status
    const user = (await signedIn()).cookieHeader
    const admin = (await signedIn(['admin'])).cookieHeader
    expect([await statusOf('/'), await statusOf('/login'), await statusOf('/dashboard')]).toEqual([
      200, 200, 303,
    ])
    expect([await statusOf('/dashboard', user), await statusOf('/admin/x', user)]).toEqual([200, 403])
    expect(await statusOf('/admin/x', admin)).toBe(200)
  })

  it('own-middleware.ts runs behind it', async () => {
    const { middleware } = await import('../../docs/examples/snippets/adopt/own-middleware.ts')
    const { cookieHeader } = await signedIn()
    expect((await middleware(visit('/dashboard', cookieHeader))).headers.get('x-signed-in')).toBe('true')
    expect((await middleware(visit('/old', cookieHeader))).headers.get('location')).toBe(
      'http://app.example/new',
    )
  })

  it('whoever.ts asks for either session', async () => {
    const { whoever } = await import('../../docs/examples/snippets/adopt/whoever.ts')
    expect(await whoever(async () => 'from before')).toBe('from before')
    visitor.cookie = (await signedIn()).cookieHeader
    expect(await whoever(async () => 'from before')).toBe('u1')
  })

  it('next.config.mjs is what Next takes', async () => {
    const config = (await import('../../docs/examples/snippets/adopt/next.config.mjs')).default
    expect(await config(PHASE_PRODUCTION_BUILD)).toMatchObject({ skipProxyUrlNormalize: true })
  })

  it('dashboard.tsx shows the person', async () => {
    visitor.cookie = (await signedIn()).cookieHeader
    const { default: Dashboard } = await import('../../docs/examples/snippets/adopt/dashboard.tsx')
    expect(renderToStaticMarkup(await Dashboard())).toContain('u1, until 20')
  })
})

describe('languages', () => {
  const location = async (answered: Promise<Response>) => (await answered).headers.get('location')

  it('next.config.mjs and middleware.ts lead to the sign-in page of the language', async () => {
    const config = (await import('../../docs/examples/snippets/languages/next.config.mjs')).default
    const { env } = await config(PHASE_PRODUCTION_BUILD)
    vi.stubEnv('EVERGATE_OPTIONS', env?.EVERGATE_OPTIONS)
    const { middleware } = await import('../../docs/examples/snippets/languages/middleware.ts')
    expect(await location(middleware(visit('/de/dashboard')))).toBe(
      'http://app.example/de/login?returnTo=%2Fde%2Fdashboard',
    )
    expect((await middleware(visit('/de/login'))).status).toBe(200)
    expect((await middleware(visit('/dashboard'))).status).toBe(303)
    expect((await middleware(visit('/de/admin', (await signedIn()).cookieHeader))).status).toBe(403)
  })

  it('tenants.ts leads to the sign-in page of the tenant', async () => {
    const { middleware } = await import('../../docs/examples/snippets/languages/tenants.ts')
    expect(await location(middleware(visit('/acme/orders')))).toBe(
      'http://app.example/acme/sign-in?returnTo=%2Facme%2Forders',
    )
  })

  it('rewrite.ts rewrites below the basePath', async () => {
    const { middleware } = await import('../../docs/examples/snippets/languages/rewrite.ts')
    const request = new NextRequest('http://app.example/shop/me', {
      headers: { cookie: (await signedIn()).cookieHeader },
      nextConfig: { basePath: '/shop' },
    })
    const answer = await middleware(request)
    expect(answer.headers.get('x-middleware-rewrite')).toBe('http://app.example/shop/dashboard')
  })
})

describe('pages on another origin', () => {
  const origin = 'https://shop.example.com'

  it('middleware.ts lets them read why they were refused', async () => {
    const { middleware } = await import('../../docs/examples/snippets/cors/middleware.ts')
    const request = new NextRequest('http://app.example/api/cart', { headers: { origin } })
    const { status, headers } = await middleware(request)
    expect([status, headers.get('access-control-allow-origin')]).toEqual([401, origin])
    expect(headers.get('access-control-expose-headers')).toBe('x-session, retry-after')
    const preflight = { origin, 'access-control-request-method': 'POST' }
    const asked = new NextRequest('http://app.example/api/cart', { method: 'OPTIONS', headers: preflight })
    expect((await middleware(asked)).headers.get('x-middleware-next')).toBe('1')
  })

  it('route.ts answers the preflight, and says on its own answers who may read them', async () => {
    const { OPTIONS, POST } = await import('../../docs/examples/snippets/cors/route.ts')
    const answers = [
      OPTIONS(),
      await POST(new Request('http://app.example/', { method: 'POST', body: '{}' })),
    ]
    expect(answers.map(({ status }) => status)).toEqual([204, 200])
    for (const { headers } of answers) expect(headers.get('access-control-allow-origin')).toBe(origin)
  })
})

describe('backends', () => {
  it('cookie-backend.ts renews by its own names', async () => {
    const { middleware } = await import('../../docs/examples/snippets/backends/cookie-backend.ts')
    const { accessToken } = await signedIn()
    answer = (url, { method, body, headers }) => {
      expect([url, method, body]).toEqual(['https://api.example/auth/renew', 'PUT', '{"token":"r1"}'])
      expect(new Headers(headers).get('cookie')).toBe('rt=r1')
      return Response.json({ at: accessToken, rt: 'r2', user: { name: 'Ann' } })
    }
    const response = await middleware(visit('/dashboard', 'refreshToken=r1'))
    expect(response.headers.get('x-session')).toBe('renewed')
    expect(response.headers.getSetCookie().join()).toContain('refreshToken=r2')
  })

  it('own-backend.ts tells a refusal from an outage', async () => {
    const { backend } = await import('../../docs/examples/snippets/backends/own-backend.ts')
    const gateway = createSessionGateway({
      remoteApi: '',
      backend,
      keys: { secret: accessSecret },
      wait: async () => {},
    })
    const outcomeOf = async (token: string) =>
      (await gateway.handle(visit('/dashboard', `refreshToken=${token}`))).outcome
    const { accessToken } = await signedIn()
    answer = () => Response.json({ access: accessToken, refresh: 'r2', user: { name: 'Ann' } })
    expect(await outcomeOf('r1')).toBe('renewed')
    answer = () => new Response(null, { status: 403 })
    expect(await outcomeOf('r3')).toBe('ended')
    answer = () => new Response(null, { status: 500 })
    expect(await outcomeOf('r4')).toBe('degraded')
  })
})

describe('the session in the browser', () => {
  // In a browser, in an app of its own: e2e/packages/apps.test.ts.
  it('layout.tsx waits for nobody, and account.tsx knows nobody yet', async () => {
    const { default: RootLayout } = await import('../../docs/examples/snippets/browser/layout.tsx')
    const { Account } = await import('../../docs/examples/snippets/browser/account.tsx')
    visitor.cookie = (await signedIn()).cookieHeader
    const page = RootLayout({ children: createElement(Account) })
    expect(renderToStaticMarkup(page)).toBe(
      '<html lang="en"><head></head><body><button type="button">Save</button></body></html>',
    )
  })

  it('account.tsx asks those to sign in who are not', async () => {
    const { Account } = await import('../../docs/examples/snippets/browser/account.tsx')
    const { SessionProvider } = await import('evergate/react')
    const of = (session: SessionInfo | null) =>
      // biome-ignore lint/correctness/noChildrenProp: its type asks for them
      renderToStaticMarkup(createElement(SessionProvider, { session, children: createElement(Account) }))
    expect(of(null)).toContain('Sign in')
    expect(of({ user: { id: 'u1' }, expiresAt: 4e9 })).toContain('Save')
  })

  it('session-route.ts answers 401 without a session', async () => {
    const { GET } = await import('../../docs/examples/snippets/browser/session-route.ts')
    expect((await GET()).status).toBe(401)
    visitor.cookie = (await signedIn()).cookieHeader
    expect(await (await GET()).json()).toMatchObject({ user: { id: 'u1', name: 'Ann' } })
  })

  it('plain-page.ts asks and sends', async () => {
    const asked: string[] = []
    answer = (url) => {
      asked.push(url)
      return Response.json({ user: { id: 'u1' }, expiresAt: 4e9, endsAt: null })
    }
    const page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
    vi.stubGlobal('document', page)
    vi.stubGlobal('location', { origin: 'http://app.example', href: 'http://app.example/', assign: () => {} })
    vi.stubGlobal('window', Object.assign(new EventTarget(), { document: page }))
    vi.stubGlobal('navigator', { onLine: true })
    vi.stubGlobal('addEventListener', () => {})
    vi.stubGlobal('removeEventListener', () => {})
    const NodeRequest = Request
    // In a page an address may be relative.
    const PageRequest = class extends NodeRequest {
      constructor(to: string, init?: RequestInit) {
        super(new URL(to, 'http://app.example'), init)
      }
    }
    vi.stubGlobal('Request', PageRequest)
    await import('../../docs/examples/snippets/browser/plain-page.ts')
    await vi.waitFor(() => expect(asked).toContain('/api/session'))
    expect(asked).toContain('http://app.example/api/backend/notes')
  })
})

describe('an OpenID provider', () => {
  const metadata = {
    issuer: 'https://id.example/realms/main',
    authorization_endpoint: 'https://id.example/authorize',
    token_endpoint: 'https://id.example/token',
    jwks_uri: 'https://id.example/jwks',
  }

  it('provider.ts and middleware.ts send to the sign-in page', async () => {
    const { middleware } = await import('../../docs/examples/snippets/oidc/middleware.ts')
    expect((await middleware(visit('/dashboard'))).headers.get('location')).toContain('/login?returnTo=')
    expect((await middleware(visit('/auth/signin'))).status).toBe(200)
  })

  it('app/auth/[action]/route.ts goes to the provider', async () => {
    const { GET } = await import('../../docs/examples/snippets/oidc/app/auth/[action]/route.ts')
    answer = () => Response.json(metadata)
    const response = await GET(new Request('https://app.example/auth/signin'))
    expect(response.headers.get('location')).toContain('https://id.example/authorize?')
  })

  it('app/login/page.tsx links there', async () => {
    const { default: Login, SignOut } = await import('../../docs/examples/snippets/oidc/app/login/page.tsx')
    expect(renderToStaticMarkup(createElement(Login))).toContain('/auth/signin')
    expect(renderToStaticMarkup(createElement(SignOut))).toContain('/auth/signout')
  })

  it('shared-store.ts adds once', async () => {
    const { store } = await import('../../docs/examples/snippets/oidc/shared-store.ts')
    expect([await store.add('k', 'one', 30), await store.add('k', 'two', 30)]).toEqual([true, false])
    await store.set('k', 'three', 30)
    expect(await store.get('k')).toBe('three')
  })

  it('backchannel.ts ends a session in every process', async () => {
    const { POST, proxy } = await import('../../docs/examples/snippets/oidc/backchannel.ts')
    const { endings } = await import('../../docs/examples/snippets/oidc/ended-sessions.ts')
    expect(typeof proxy).toBe('function')
    answer = () => Response.json(metadata)
    expect((await POST(new Request('https://app.example/auth/backchannel', { method: 'POST' }))).status).toBe(
      400,
    )
    const session = { sub: 'u1', sid: 's1', providerSid: 'p1', beganAt: 1 }
    expect(await endings.isEnded(session)).toBe(false)
    await endings.onBackchannelLogout({ sid: 'p1', sub: null })
    expect(await endings.isEnded(session)).toBe(true)
  })
})

describe('the inspector', () => {
  const NOT_FOUND = { digest: 'NEXT_HTTP_ERROR_FALLBACK;404' }

  it('middleware.ts shows it to administrators alone', async () => {
    vi.stubGlobal('AsyncLocalStorage', AsyncLocalStorage)
    const { middleware } = await import('../../docs/examples/snippets/inspector/middleware.ts')
    const as = async (...roles: string[]) =>
      middleware(visit('/inspector', (await signedIn(roles)).cookieHeader))
    expect((await as('user')).status).toBe(404)
    expect((await as('user', 'admin')).headers.get('x-middleware-next')).toBe('1')
  })

  it('page.tsx and own-page.tsx are 404 where no gateway has run', async () => {
    const { default: Page } = await import('../../docs/examples/snippets/inspector/page.tsx')
    const drawn = (boundary: { props: unknown }) => {
      const { children } = boundary.props as {
        children: { type: (of: object) => Promise<unknown>; props: object }
      }
      return children.type(children.props)
    }
    await expect(drawn(Page())).rejects.toMatchObject(NOT_FOUND)
    const { default: Own } = await import('../../docs/examples/snippets/inspector/own-page.tsx')
    const [, inspector] = Own().props.children
    await expect(drawn(inspector.type(inspector.props))).rejects.toMatchObject(NOT_FOUND)
  })
})

describe('security-events', () => {
  it('route.ts takes no event that the provider has not signed', async () => {
    vi.stubEnv('EVENTS_SECRET', 'what the transmitter was told')
    const { POST } = await import('../../docs/examples/snippets/security-events/route.ts')
    const headers = { 'content-type': 'application/secevent+jwt', authorization: 'Bearer something else' }
    const body = 'a.b.c'
    const push = (more: object = {}) =>
      POST(
        new Request('https://app.example/events', { method: 'POST', headers: { ...headers, ...more }, body }),
      )
    expect((await push()).status).toBe(401)
    expect((await push({ authorization: 'Bearer what the transmitter was told' })).status).toBe(400)
  })

  it('instrumentation.ts asks for events', async () => {
    const asked = new Promise<string>((resolve) => {
      answer = (url) => {
        resolve(url)
        return new Promise(() => {})
      }
    })
    const { register } = await import('../../docs/examples/snippets/security-events/instrumentation.ts')
    register()
    expect(await asked).toBe('https://provider.example/events/poll')
  })
})

describe('ended', () => {
  const feed = (entries: object[]) => {
    vi.stubEnv('REMOTE_API', 'http://auth.example')
    vi.stubEnv('FEED_SECRET', 'what the auth server knows its gateways by')
    answer = (url) => {
      if (!url.startsWith('http://auth.example/ended')) throw new TypeError(`nobody answers ${url}`)
      return url.includes('after=')
        ? new Promise(() => {})
        : Response.json({ cursor: 'c1', life: 960, entries })
    }
  }

  it('middleware.ts knows no session that has ended', async () => {
    feed([{ sub: 'u1', endedAt: Date.now() + 60_000, reason: 'user-disabled' }])
    vi.resetModules()
    const { middleware } = await import('../../docs/examples/snippets/ended/middleware.ts')
    const { cookieHeader } = await signedIn()
    const { headers } = await middleware(visit('/payments/7', cookieHeader))
    expect(headers.get('x-session')).toBe('ended')
    expect(headers.get('location')).toContain('reason=ended-elsewhere')
  })

  it('own-feed.ts goes on from the number of a table', async () => {
    const { revocationFrom } = await import('../../docs/examples/snippets/ended/own-feed.ts')
    const asked: number[] = []
    const revocation = revocationFrom(async (number) => {
      asked.push(number)
      return { rows: [{ sid: 's1', endedAt: Date.now(), reason: 'banned' }], last: 7 }
    })
    const onEvent = () => {}
    // There is no second call.
    const wait = () => new Promise<void>(() => {})
    const sessions = revocation.open({ clock: Date.now, random: () => 0, wait, onEvent })
    const times = { issuedAt: 0, expiresAt: 0, authenticatedAt: null, acr: null }
    const claims = { sid: 's1', subject: 'u1', roles: [], ...times }
    expect(await sessions.look(claims)).toMatchObject({
      endedBy: 'banned',
      told: 'session_revoked',
      isStale: false,
    })
    expect(asked).toEqual([0])
  })

  it('instrumentation.ts gives the app the same feed', async () => {
    feed([])
    const { register } = await import('../../docs/examples/snippets/ended/instrumentation.ts')
    expect(register()).toBeUndefined()
  })
})

describe('device-binding', () => {
  it('middleware.ts asks a browser over https to bind a session that is young, and passes it where no device is asked for', async () => {
    vi.stubEnv('COOKIE_SECURE', 'true')
    const { middleware } = await import('../../docs/examples/snippets/device-binding/middleware.ts')
    const { accessToken } = await createTestSession({ accessSecret })
    const headers = {
      cookie: `__Host-accessToken=${accessToken}; __Host-refreshToken=r1`,
      'sec-fetch-site': 'none',
    }
    const page = await middleware(new NextRequest('https://app.example/orders', { headers }))
    expect(page.headers.get('x-session')).toBe('active')
    expect(page.headers.get('secure-session-registration')).toContain('path="/session/device"')
    const billing = await middleware(new NextRequest('https://app.example/billing/1', { headers }))
    expect(await billing.json()).toEqual({ error: 'device_binding_required' })
  })
})

describe('events', () => {
  it('middleware.ts tells of reuse, and of nothing else, and logs all the same', async () => {
    const { middleware } = await import('../../docs/examples/snippets/events/middleware.ts')
    const logged: string[] = []
    vi.spyOn(console, 'info').mockImplementation((line: string) => void logged.push(line))
    const told: unknown[] = []
    const endedBecause = (error: string) => {
      answer = (url, { body }) => {
        if (url !== 'https://alerts.example/reuse') return Response.json({ error }, { status: 403 })
        told.push(JSON.parse(String(body)))
        return new Response()
      }
      return middleware(visit('/dashboard', `refreshToken=${error}`))
    }
    await endedBecause('session_revoked')
    await endedBecause('refresh_token_reused')
    expect(told).toEqual([{ sid: null, traceId: expect.stringMatching(/^[\da-f]{32}$/) }])
    expect(logged.map((line) => JSON.parse(line).reason)).toEqual(['session_revoked', 'refresh_token_reused'])
  })
})

describe('frameworks', () => {
  it('fetch-handler.ts greets who is signed in, and whoever comes', async () => {
    const { default: server } = await import('../../docs/examples/snippets/frameworks/fetch-handler.ts')
    const { cookieHeader } = await signedIn()
    for (const [cookie, greeting] of [
      [cookieHeader, 'Hello u1'],
      ['', 'Hello stranger'],
    ] as const) {
      const response = await server.fetch(
        new Request('http://app.example/', { headers: { ...DOCUMENT, cookie } }),
      )
      expect(await response.text()).toBe(greeting)
    }
  })
})
