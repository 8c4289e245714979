import { once } from 'node:events'
import type { IncomingHttpHeaders, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { NextRequest, NextResponse } from 'next/server'
import { afterAll, afterEach, beforeAll, describe, expect, it, test, vi } from 'vitest'
import { createIssuer, goodClaims, SECRET } from '../gateway/testing/issuer.ts'
import { handedOn } from './handed-on.ts'
import type { OwnMiddleware } from './middleware.ts'
import { createGateway } from './middleware.ts'

const issuer = await createIssuer('HS256')

/** The last request that the other server was sent. */
let received: { headers: IncomingHttpHeaders; method: string; path: string; body: string } | undefined
let servers: Server[] = []
let other = ''

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

beforeAll(async () => {
  const backend = createServer(async (_request, response) => {
    const accessToken = await issuer.sign(goodClaims(Math.floor(Date.now() / 1000)))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ accessToken, refreshToken: 'child' }))
  })
  const elsewhere = createServer(async (request, response) => {
    const { headers, method = '', url: path = '' } = request
    let body = ''
    for await (const chunk of request) body += chunk
    received = { headers, method, path, body }
    response.setHeader('cache-control', 'public, max-age=600')
    response.setHeader('set-cookie', ['seen=1', 'theme=dark'])
    response.setHeader('content-type', 'text/plain')
    if (path === '/moved') response.writeHead(302, { location: '/new' })
    if (path === '/unchanged') response.writeHead(304)
    response.end(path === '/unchanged' ? undefined : 'from elsewhere')
  })
  servers = [backend, elsewhere]
  for (const server of servers) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  other = addressOf(elsewhere)
  vi.stubEnv('REMOTE_API', addressOf(backend))
  vi.stubEnv('ETLS_ACCESS', SECRET)
})
afterAll(() => {
  vi.unstubAllEnvs()
  for (const server of servers) server.close().closeAllConnections()
})
afterEach(() => {
  received = undefined
})

type Sent = { method?: string; headers?: Record<string, string>; body?: string; age?: number }

/** Runs a gateway whose own middleware is `next` on a request with a session of that age. */
async function run(
  path: string,
  next: OwnMiddleware,
  { method = 'GET', headers, body, age = 1000 }: Sent = {},
) {
  const accessToken = await issuer.sign(goodClaims(Math.floor(Date.now() / 1000) - age))
  const cookie = `theme=dark; accessToken=${accessToken}; refreshToken=parent${Math.random()}; userDataEtls=x`
  const own = { host: 'app.example', 'sec-fetch-site': 'same-origin', cookie, ...headers }
  const request = new NextRequest(`http://app.example${path}`, {
    method,
    headers: own,
    ...(body && { body }),
  })
  return createGateway({ next })(request)
}

const rewrite: OwnMiddleware = ({ nextUrl: { pathname, search } }) =>
  NextResponse.rewrite(new URL(pathname + search, other))

const cookieNames = (response: Response) =>
  response.headers.getSetCookie().map((cookie) => cookie.split('=')[0])

describe('next.js #96266: a rewrite of one’s own middleware to another server', () => {
  it('delivers a renewed session, and no cache may keep the answer', async () => {
    const response = await run('/a?b=1', rewrite)
    expect([response.status, await response.text()]).toEqual([200, 'from elsewhere'])
    expect(response.headers.get('x-session')).toBe('renewed')
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.get('content-type')).toBe('text/plain')
    expect(cookieNames(response)).toEqual(['seen', 'theme', 'accessToken', 'refreshToken', 'userDataEtls'])
    expect(received).toMatchObject({ method: 'GET', path: '/a?b=1', headers: { cookie: 'theme=dark' } })
    expect(received?.headers['x-forwarded-host']).toBe('app.example')
    expect(JSON.stringify(received)).not.toMatch(/child|accessToken/)
  })

  it('takes a body along', async () => {
    const response = await run('/a', rewrite, { method: 'POST', body: 'a=1' })
    expect([response.status, received?.method, received?.body]).toEqual([200, 'POST', 'a=1'])
  })

  it('hands on redirects and 304 as they are', async () => {
    const moved = await run('/moved', rewrite)
    expect([moved.status, moved.headers.get('location')]).toEqual([302, 'http://app.example/new'])
    expect((await run('/unchanged', rewrite)).status).toBe(304)
  })

  it('keeps headers of the middleware’s own, on the answer and on the request', async () => {
    const response = await run('/a', (request) => {
      const headers = new Headers(request.headers)
      headers.set('authorization', 'Bearer x')
      const answer = NextResponse.rewrite(new URL('/a', other), { request: { headers } })
      answer.headers.set('x-own', 'yes')
      answer.cookies.set('own', '1')
      return answer
    })
    expect(received?.headers.authorization).toBe('Bearer x')
    expect(received?.headers.cookie).toBe('theme=dark')
    expect([response.headers.get('x-own'), cookieNames(response)]).toEqual([
      'yes',
      ['seen', 'theme', 'own', 'accessToken', 'refreshToken', 'userDataEtls'],
    ])
    expect([...response.headers.keys()].filter((name) => name.startsWith('x-middleware'))).toEqual([])
  })

  it('delivers also when that server cannot be reached', async () => {
    const response = await run('/a', () => NextResponse.rewrite('http://127.0.0.1:9/'))
    expect([response.status, response.headers.get('x-session')]).toEqual([500, 'renewed'])
    expect(cookieNames(response)).toContain('refreshToken')
  })

  it('is left to Next while nothing is to be delivered, without the session’s cookies', async () => {
    const response = await run('/a', rewrite, { age: 0 })
    expect([response.headers.get('x-middleware-rewrite'), received]).toEqual([`${other}/a`, undefined])
    expect(handedOn(response)?.get('cookie')).toBe('theme=dark')
    expect(cookieNames(response)).toEqual([])
  })

  it('is left to Next on an upgrade, which renews nothing', async () => {
    const headers = { upgrade: 'websocket', connection: 'Upgrade' }
    const response = await run('/a', rewrite, { age: 0, headers })
    expect(response.headers.get('x-middleware-rewrite')).toBe(`${other}/a`)
    expect(handedOn(response)?.get('cookie')).toBe('theme=dark')
  })
})

test('a rewrite within the app takes the session along', async () => {
  const response = await run('/a', (request) => NextResponse.rewrite(new URL('/b', request.url)))
  expect(handedOn(response)?.get('cookie')).toContain('refreshToken=child')
})

test('a rewrite within the app to a path that rewrites() hand on does not', async () => {
  const undeliverable = [{ path: '/legacy(?:/.*)?', elsewhere: true }]
  vi.stubEnv('EVERGATE_OPTIONS', JSON.stringify({ undeliverable }))
  const response = await run('/a', (request) => NextResponse.rewrite(new URL('/legacy/b', request.url)))
  vi.stubEnv('EVERGATE_OPTIONS', '{}')
  expect(handedOn(response)?.get('cookie')).toBe('theme=dark')
})

describe('next.js #33199: an upgrade that is refused', () => {
  const refuse = async (url: string, headers: Record<string, string>) => {
    const request = new NextRequest(url, { headers: { upgrade: 'websocket', ...headers } })
    return createGateway()(request)
  }

  it.each([
    ['http://localhost:3000', 'http://127.0.0.1:3000'],
    ['http://0.0.0.0:3000', 'http://127.0.0.1:3000'],
    ['https://localhost:3000', 'http://127.0.0.1:3000'],
    ['https://10.0.0.5:3000', 'http://10.0.0.5:3000'],
  ])('to %s goes to %s once more, as a plain request', async (here, target) => {
    const response = await refuse(`${here}/ws?a=1`, { connection: 'keep-alive, Upgrade' })
    expect(response.headers.get('x-middleware-rewrite')).toBe(`${target}/ws?a=1`)
    expect([...(handedOn(response) ?? [])]).toEqual([
      ['connection', 'close'],
      ['upgrade', 'websocket'],
    ])
  })

  it('and gets its answer there', async () => {
    const response = await refuse('http://localhost:3000/ws', { connection: 'close' })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    // Next leaves the header that promises chunks, and takes these out of theirs.
    expect(await response.text()).toBe('0\r\n\r\n')
  })

  it('is closed where the server has one name only', async () => {
    const response = await refuse('http://10.0.0.5:3000/ws', { connection: 'Upgrade' })
    expect([response.status, response.headers.get('location')]).toEqual([307, 'http://refused.invalid/'])
  })
})
