import { AsyncLocalStorage } from 'node:async_hooks'
import { NextRequest, NextResponse } from 'next/server'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { GatewayEvent } from '../gateway/events/events.ts'
import { createGateway, type MiddlewareOptions } from '../next/middleware.ts'
import { createTestSession } from '../testing/session.ts'
import { type InspectorOptions, inspector } from './inspector.ts'

const accessSecret = 'a secret of the tests that is long enough'

beforeAll(() => {
  // A global of the runtimes in which Next runs a middleware.
  vi.stubGlobal('AsyncLocalStorage', AsyncLocalStorage)
})
beforeEach(() => {
  vi.stubEnv('ETLS_ACCESS', accessSecret)
  vi.stubEnv('NODE_ENV', 'production')
})
afterAll(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

const cookieOf = async (roles: readonly string[]) =>
  (await createTestSession({ accessSecret, user: { id: 'u1', name: 'Ann' }, roles })).cookieHeader

const middlewareWith = (shown: InspectorOptions | undefined, options: MiddlewareOptions = {}) =>
  createGateway({ onEvent: () => {}, ...options, inspector: inspector(shown) })

type Asked = {
  path?: string
  roles?: readonly string[] | null
  headers?: Record<string, string>
  method?: string
}

async function ask(
  middleware: ReturnType<typeof createGateway>,
  { path = '/inspector', roles = ['user'], headers = {}, method = 'GET' }: Asked = {},
) {
  const cookie = roles && (await cookieOf(roles))
  const init = { method, headers: { accept: 'text/html', ...(cookie && { cookie }), ...headers } }
  return middleware(new NextRequest(`http://app.example${path}`, init))
}

/** The header by which the page knows that it may be seen. */
const mark = (response: Response) => response.headers.get('x-middleware-request-x-session-inspector')

const nobody = { path: '/', require: 'public' } as const

describe('nobody sees the inspector', () => {
  it.each<[title: string, shown: InspectorOptions | undefined, asked: Asked]>([
    ['in production without a role', undefined, { roles: ['user', 'admin'] }],
    ['without the role', { role: 'admin' }, { roles: ['user'] }],
    ['with a role that only begins so', { role: 'admin' }, { roles: ['administrator'] }],
  ])('%s: the page and its stream are 404', async (_title, shown, asked) => {
    const middleware = middlewareWith(shown)
    for (const path of ['/inspector', '/inspector/', '/inspector/events']) {
      const response = await ask(middleware, { ...asked, path })
      expect(response.status, path).toBe(404)
      expect(mark(response)).toBeNull()
      expect(response.headers.get('x-middleware-next')).toBeNull()
    }
  })

  it('without a session, where the path is public', async () => {
    const rules = [{ path: '/inspector/:path*', require: 'public' }] as const
    for (const environment of ['production', 'development']) {
      vi.stubEnv('NODE_ENV', environment)
      const middleware = middlewareWith({ role: 'admin' }, { rules })
      expect((await ask(middleware, { roles: null })).status).toBe(404)
      expect((await ask(middleware, { roles: null, path: '/inspector/events' })).status).toBe(404)
    }
  })

  it('by a header of their own', async () => {
    const headers = { 'x-session-inspector': '|/inspector' }
    const middleware = middlewareWith({ role: 'admin' }, { rules: [nobody] })
    for (const path of ['/', '/inspector.rsc', '/elsewhere'])
      expect(mark(await ask(middleware, { path, headers })), path).toBeNull()
  })

  it('where the gateway has no inspector', async () => {
    const headers = { 'x-session-inspector': '|/inspector' }
    const response = await ask(createGateway({ onEvent: () => {} }), { roles: ['admin'], headers })
    expect(response.headers.get('x-middleware-next')).toBe('1')
    expect(mark(response)).toBeNull()
  })
})

describe('the inspector is seen', () => {
  it('by the role', async () => {
    const middleware = middlewareWith({ role: 'admin' })
    const page = await ask(middleware, { roles: ['user', 'admin'] })
    expect([page.status, mark(page)]).toEqual([200, '|/inspector'])
    const stream = await ask(middleware, { roles: ['admin'], path: '/inspector/events' })
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    await stream.body?.cancel()
  })

  it('by everybody who is signed in, in development', async () => {
    vi.stubEnv('NODE_ENV', 'development')
    expect(mark(await ask(middlewareWith(undefined)))).toBe('|/inspector')
  })

  it('where it was put', async () => {
    const middleware = middlewareWith({ role: 'user', path: '/ops/sessions' })
    expect(mark(await ask(middleware, { path: '/ops/sessions' }))).toBe('|/ops/sessions')
    expect(mark(await ask(middleware))).toBeNull()
    const stream = await ask(middleware, { path: '/ops/sessions/events' })
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    await stream.body?.cancel()
  })
})

describe('what the app does itself', () => {
  it.each<[title: string, next: () => Response | undefined]>([
    ['nothing', () => undefined],
    ['passes on', () => NextResponse.next({ headers: { 'x-own': '1' } })],
    [
      'hands on other headers',
      () => NextResponse.next({ request: { headers: new Headers({ 'x-own': '1' }) } }),
    ],
    ['rewrites', () => NextResponse.rewrite('http://app.example/ops')],
  ])('reaches the page with the mark: its own middleware %s', async (_title, next) => {
    expect(mark(await ask(middlewareWith({ role: 'user' }, { next })))).toBe('|/inspector')
  })

  it('stands when it answers', async () => {
    const next = () => Response.redirect('http://app.example/elsewhere')
    const response = await ask(middlewareWith({ role: 'user' }, { next }))
    expect(response.headers.get('location')).toBe('http://app.example/elsewhere')
    expect(mark(response)).toBeNull()
  })

  it('is told events as before', async () => {
    const told: GatewayEvent[] = []
    const middleware = middlewareWith({ role: 'user' }, { onEvent: (event) => told.push(event) })
    await ask(middleware, { path: '/elsewhere' })
    expect(told.map(({ type }) => type)).toEqual(['session.active'])
  })
})

it('a stream begins with the decisions on its own session', async () => {
  const middleware = middlewareWith({ role: 'user' })
  const cookie = await cookieOf(['user'])
  const roles = null
  await ask(middleware, { path: '/mine', roles, headers: { cookie } })
  await ask(middleware, { path: '/of-another' })
  const stream = await ask(middleware, { path: '/inspector/events', roles, headers: { cookie } })
  const { value } = (await stream.body?.getReader().read()) ?? {}
  const text = new TextDecoder().decode(value)
  expect(text).toContain('"path":"/mine"')
  expect(text).not.toContain('/of-another')
  expect(stream.headers.get('set-cookie')).toMatch(/^inspector=[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/)
})
