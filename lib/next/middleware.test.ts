import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { NextRequest, NextResponse } from 'next/server'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { OwnMiddleware } from './middleware.ts'
import { createGateway } from './middleware.ts'

const SECRET = 'a secret of the tests that is long enough'
const OUTSIDE = 'http://app.example'

function accessToken(age: number): Promise<string> {
  const now = Math.floor(Date.now() / 1000) - age
  return new SignJWT({ sid: 's1', roles: ['user'] })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .setIssuer('evergate')
    .setAudience('evergate-app')
    .setSubject('u1')
    .setJti('j1')
    .setIssuedAt(now)
    .setExpirationTime(now + 900)
    .sign(new TextEncoder().encode(SECRET))
}

let backend: Server
beforeAll(async () => {
  backend = createServer(async (_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ accessToken: await accessToken(0), refreshToken: 'child' }))
  }).listen(0, '127.0.0.1')
  await once(backend, 'listening')
  vi.stubEnv('REMOTE_API', `http://127.0.0.1:${(backend.address() as AddressInfo).port}`)
  vi.stubEnv('ETLS_ACCESS', SECRET)
})
afterAll(() => {
  vi.unstubAllEnvs()
  backend.close()
})

async function expiredRequest(path = '/page', headers: Record<string, string> = {}): Promise<NextRequest> {
  const cookie = `theme=a=b%20c; accessToken=${await accessToken(1000)}; refreshToken=parent${Math.random()}`
  return new NextRequest(OUTSIDE + path, { headers: { cookie, ...headers } })
}

const run = async (next: OwnMiddleware | undefined, request: NextRequest) =>
  createGateway(next ? { next } : {})(request)

/** The headers that Next hands on to the page, as its middleware protocol carries them. */
const seenByPage = (response: Response) =>
  new Headers(
    [...response.headers]
      .filter(([name]) => name.startsWith('x-middleware-request-'))
      .map(([name, value]) => [name.replace('x-middleware-request-', ''), value] as [string, string]),
  )

function expectCookiesShip(response: Response): void {
  expect(response.headers.get('x-session')).toBe('renewed')
  const names = response.headers.getSetCookie().map((header) => header.split('=')[0])
  expect(names).toEqual(expect.arrayContaining(['accessToken', 'refreshToken']))
  expect(response.headers.get('cache-control')).toBe('private, no-store')
}

describe('supabase #27666: the cookies ship whatever one’s own middleware returns', () => {
  test('nothing', async () => {
    const response = await run(undefined, await expiredRequest())
    expectCookiesShip(response)
    expect(seenByPage(response).get('cookie')).toMatch(
      /^theme=a=b%20c; accessToken=[\w.-]+; refreshToken=child$/,
    )
  })

  test('NextResponse.next(), with headers and a cookie of its own', async () => {
    const response = await run(
      () => {
        const own = NextResponse.next({ headers: { 'x-own': '1' } })
        own.cookies.set('own', 'yes')
        return own
      },
      await expiredRequest(),
    )
    expectCookiesShip(response)
    expect(response.headers.get('x-own')).toBe('1')
    expect(response.headers.getSetCookie().some((header) => header.startsWith('own=yes'))).toBe(true)
    expect(seenByPage(response).get('cookie')).toContain('refreshToken=child')
  })

  test('NextResponse.next() with request headers of its own', async () => {
    const response = await run(
      (request) => {
        const headers = new Headers(request.headers)
        headers.set('x-tenant', 'acme')
        return NextResponse.next({ request: { headers } })
      },
      await expiredRequest(),
    )
    expectCookiesShip(response)
    expect(seenByPage(response).get('x-tenant')).toBe('acme')
    expect(seenByPage(response).get('cookie')).toContain('refreshToken=child')
  })

  test('a rewrite: the page it leads to sees the new cookies too', async () => {
    const response = await run(
      (request) => NextResponse.rewrite(new URL('/other', request.url)),
      await expiredRequest(),
    )
    expectCookiesShip(response)
    expect(response.headers.get('x-middleware-rewrite')).toBe(`${OUTSIDE}/other`)
    expect(seenByPage(response).get('cookie')).toContain('refreshToken=child')
  })

  test('a redirect, also one whose headers cannot be changed', async () => {
    const response = await run(
      (request) => Response.redirect(new URL('/other', request.url)),
      await expiredRequest(),
    )
    expectCookiesShip(response)
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe(`${OUTSIDE}/other`)
  })

  test('JSON', async () => {
    const response = await run(() => Response.json({ answer: 42 }, { status: 418 }), await expiredRequest())
    expectCookiesShip(response)
    expect([response.status, await response.json()]).toEqual([418, { answer: 42 }])
  })
})

test('one’s own middleware sees the renewed session and the renewed cookies', async () => {
  let seen: unknown
  await run(
    (request, session) => {
      seen = [
        request.cookies.get('refreshToken')?.value,
        request.cookies.get('theme')?.value,
        session?.sid,
        session?.roles,
      ]
      return undefined
    },
    await expiredRequest(),
  )
  expect(seen).toEqual(['child', 'a=b c', 's1', ['user']])
})

test('one’s own middleware is not asked about a request that may not pass', async () => {
  let asked = false
  const response = await run(
    () => {
      asked = true
      return undefined
    },
    new NextRequest(`${OUTSIDE}/page`),
  )
  expect([response.status, asked]).toEqual([401, false])
})

test('a response of one’s own that sets a cookie is not for any cache', async () => {
  const gateway = createGateway({
    rules: [{ path: '/', require: 'public' }],
    next: () =>
      Response.json({}, { headers: { 'set-cookie': 'own=1', 'cache-control': 'public, max-age=60' } }),
  })
  const response = await gateway(new NextRequest(`${OUTSIDE}/`))
  expect(response.headers.get('cache-control')).toBe('private, no-store')
})

test('what only the gateway may say is taken out of the request', async () => {
  const request = await expiredRequest('/page', {
    'x-session': 'active',
    'x-session-return-to': '//evil.example',
    'x-middleware-subrequest': 'middleware',
    'x-kept': 'yes',
  })
  const page = seenByPage(await run(undefined, request))
  expect(page.get('x-kept')).toBe('yes')
  for (const name of ['x-session', 'x-session-return-to', 'x-middleware-subrequest'])
    expect(page.has(name)).toBe(false)
})
