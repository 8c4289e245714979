import { NextRequest } from 'next/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { apiServer } from '../backend/testing/api-server.ts'
import { parseCookieHeader } from '../gateway/cookies/header.ts'
import { oauth2Backend } from '../oauth2/backend.ts'
import { createSignInRoutes } from '../oauth2/sign-in-routes.ts'
import { fakeProvider } from '../oauth2/testing/fake-provider.ts'
import { appWith, createVisitor } from './testing/app-side.ts'

const visitor = createVisitor()
vi.mock('next/headers', () => visitor.nextHeaders)
vi.mock('next/server', async (original) => ({ ...(await original<object>()), connection: async () => {} }))

const SECRET = 'what the sessions of these tests are signed with'
const server = apiServer()
let provider: Awaited<ReturnType<typeof fakeProvider>>
beforeEach(async () => {
  provider = await fakeProvider()
  visitor.jar.clear()
  for (const name of [...visitor.headers.keys()]) visitor.headers.delete(name)
  server.forget()
  server.on('/notes', ({ headers }) => ({ json: { seen: headers.authorization } }))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

/** An app behind an OpenID provider whose access tokens are opaque; its gateway has the provider, the app only the environment. */
async function open() {
  const { gateway: _, ...options } = provider.options
  const gateway = {
    ...{ remoteApi: server.url(), keys: { secret: SECRET }, cookieSecure: false },
    ...{ fetch: provider.fetch, onEvent: () => {} },
  }
  const { app, events } = await appWith(
    {},
    { REMOTE_API: server.url(), ETLS_ACCESS: SECRET, GATEWAY_SECRET: '' },
  )
  const routes = createSignInRoutes({ ...options, gateway, url: 'http://app.test/auth' })
  const middleware = app.createGateway({
    backend: oauth2Backend({ ...options, gateway }),
    rules: [
      { path: '/login', require: 'public' },
      { path: '/admin', require: { roles: ['admin'] } },
    ],
  })

  /** One request through the middleware: what the browser keeps of it, and what the page behind it is shown. */
  async function visit(path: string) {
    const headers = { cookie: visitor.cookieHeader(), accept: 'text/html', 'sec-fetch-mode': 'navigate' }
    const request = new NextRequest(`http://app.test${path}`, { headers })
    vi.stubGlobal('fetch', provider.fetch)
    const response = await middleware(request).finally(() => vi.unstubAllGlobals())
    keep(response)
    for (const [name, value] of response.headers)
      if (name.startsWith('x-middleware-request-x-session')) visitor.headers.set(name.slice(21), value)
    const shown = response.headers.get('x-middleware-request-cookie')
    if (shown !== null) show(parseCookieHeader(shown))
    return response
  }

  return { app, events, routes, visit }
}

/** The browser takes the cookies of an answer. */
function keep(response: Response): void {
  for (const header of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
    if (/Max-Age=0(;|$)/.test(header)) visitor.jar.delete(name)
    else visitor.jar.set(name, decodeURIComponent(value))
  }
}

function show(pairs: readonly { readonly name: string; readonly value: string }[]): void {
  visitor.jar.clear()
  for (const { name, value } of pairs) visitor.jar.set(name, decodeURIComponent(value))
}

/** Signs ann in, whose ID token holds these claims. */
async function signIn({ routes }: Awaited<ReturnType<typeof open>>, claims: object = {}) {
  const begun = await routes.GET(new Request('http://app.test/auth/signin'))
  keep(begun)
  const { searchParams } = new URL(begun.headers.get('location') ?? '')
  const nonce = searchParams.get('nonce')
  await provider.issuing({ nonce, roles: ['user'], ...claims }, { access_token: 'opaque~1' })
  const callback = `http://app.test/auth/callback?code=c&state=${searchParams.get('state')}`
  keep(await routes.GET(new Request(callback, { headers: { cookie: visitor.cookieHeader() } })))
}

const proxied = (path: string) =>
  [new Request(`http://app.test/api/backend/${path}`), { params: Promise.resolve({ path: [path] }) }] as const

describe('an app behind an OpenID provider with opaque access tokens', () => {
  it('knows the person in its pages, whose name userinfo has told', async () => {
    provider.info = () => Response.json({ sub: 'ann', name: 'Ann' })
    const opened = await open()
    await signIn(opened)
    expect((await opened.visit('/orders')).headers.get('x-session')).toBe('active')
    const { app } = opened
    const known = { user: { id: 'ann', name: 'Ann' }, roles: ['user'], endsAt: null }
    expect(await app.getSession()).toMatchObject(known)
    expect(await app.requireSession()).toMatchObject(known)
    expect(await app.requireSession({ roles: ['user'] })).toMatchObject(known)
    expect(await app.sessionForBrowser()).toMatchObject({ user: known.user })
    expect(provider.askedInfo).toEqual(['Bearer opaque~1'])
  })

  it('keeps out who lacks a role, at the gateway and in the page', async () => {
    const opened = await open()
    await signIn(opened, { name: 'Ann' })
    expect((await opened.visit('/admin')).status).toBe(403)
    await expect(opened.app.requireSession({ roles: ['admin'] })).rejects.toThrow(
      /NEXT_HTTP_ERROR_FALLBACK|NEXT_NOT_FOUND/,
    )
  })

  it('sends who is nobody to the sign-in page', async () => {
    const { app, visit } = await open()
    const response = await visit('/orders')
    expect(response.headers.get('location')).toBe('http://app.test/login?returnTo=%2Forders')
    expect(await app.getSession()).toBeNull()
    await expect(app.requireSession()).rejects.toThrow('NEXT_REDIRECT')
  })

  it('calls its API with the provider’s own token, from actions, route handlers and through the proxy', async () => {
    const opened = await open()
    await signIn(opened, { name: 'Ann' })
    await opened.visit('/orders')
    const { app } = opened
    expect(await (await app.backendFetch('/notes')).json()).toEqual({ seen: 'Bearer opaque~1' })
    const answer = await app.createBackendProxy()(...proxied('notes'))
    expect(await answer.json()).toEqual({ seen: 'Bearer opaque~1' })
  })

  it('sees the renewed session in the very request that renewed it', async () => {
    const opened = await open()
    await signIn(opened, { name: 'Ann' })
    const sid = (await opened.app.getSession())?.sid
    visitor.jar.delete('accessToken')
    provider.answer = () =>
      Response.json({
        access_token: 'opaque~2',
        token_type: 'bearer',
        expires_in: 300,
        refresh_token: 'rt-2',
      })
    expect((await opened.visit('/orders')).headers.get('x-session')).toBe('renewed')
    expect(await opened.app.getSession()).toMatchObject({ sid, user: { id: 'ann', name: 'Ann' } })
    expect(await (await opened.app.backendFetch('/notes')).json()).toEqual({ seen: 'Bearer opaque~2' })
  })

  it('ends when the provider says so, and not when it is out of order', async () => {
    const opened = await open()
    await signIn(opened, { name: 'Ann' })
    visitor.jar.delete('accessToken')
    provider.answer = () => new Response('', { status: 500 })
    expect((await opened.visit('/orders')).headers.get('x-session')).toBe('degraded')
    expect(visitor.jar.has('refreshToken')).toBe(true)
    provider.answer = () => Response.json({ error: 'invalid_grant' }, { status: 400 })
    vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] })
    expect((await opened.visit('/orders')).headers.get('x-session')).toBe('ended')
    expect(await opened.app.getSession()).toBeNull()
  })

  it('signs out, by the route and by `endSession()` of an action', async () => {
    const opened = await open()
    await signIn(opened, { name: 'Ann' })
    await opened.app.endSession()
    expect([...visitor.jar.keys()]).toEqual(['signedOut'])
    expect(await opened.app.getSession()).toBeNull()

    await signIn(opened, { name: 'Ann' })
    const headers = { cookie: visitor.cookieHeader() }
    provider.answer = () => new Response(null, { status: 200 })
    const response = await opened.routes.POST(
      new Request('http://app.test/auth/signout', { method: 'POST', headers }),
    )
    keep(response)
    expect(response.headers.get('location')).toContain('https://provider.test/end')
    expect(Object.fromEntries(provider.asked.at(-1) ?? [])).toMatchObject({ token: 'rt' })
    expect(await opened.app.getSession()).toBeNull()
  })
})
