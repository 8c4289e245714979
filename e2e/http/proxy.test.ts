import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { asApi, cookieHeader, expiredSession, signInAtAuthServer } from '../support/client.ts'
import { rawRequest } from '../support/raw-request.ts'
import type { Stack } from '../support/stack.ts'
import { startStack } from '../support/stack.ts'

type Seen = { readonly url: string; readonly headers: IncomingHttpHeaders }

let stack: Stack
let cookie: string
let accessToken: string
let elsewhere: { url: string; visits: string[]; close(): void }
let seen: Seen[]

beforeAll(async () => {
  stack = await startStack()
  const tokens = await signInAtAuthServer(stack)
  cookie = cookieHeader(tokens)
  accessToken = tokens.accessToken
  const visits: string[] = []
  const server = createServer((incoming, response) => {
    visits.push(incoming.url ?? '')
    response.end('elsewhere')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  elsewhere = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    visits,
    close: () => server.close(),
  }
})
afterAll(async () => {
  elsewhere.close()
  await stack.stop()
})

/** A backend that notes what it is asked, and answers as told. */
function backend(
  answer: (response: ServerResponse, incoming: IncomingMessage) => void = (response) => response.end('{}'),
) {
  stack.line.set((incoming, response) => {
    seen.push({ url: incoming.url ?? '', headers: incoming.headers })
    answer(response, incoming)
  })
}
beforeEach(() => {
  seen = []
  backend()
})

const ask = (path: string, headers: Record<string, string> = {}) =>
  rawRequest(stack.app.url, path, { ...asApi, cookie, ...headers })

describe('ASVS 10.1.1: what the backend is handed', () => {
  test('the bearer token, and none of the session’s cookies under any of their names', async () => {
    const names = ['accessToken', 'refreshToken', 'userDataEtls', 'signedOut']
    const variants = names.flatMap((name) => [
      `__Host-${name}`,
      `${name}.0`,
      `${name}.12`,
      `__Host-${name}.1`,
    ])
    const others = variants.map((name) => `${name}=secret-${name}`).join('; ')
    await ask('/api/backend/echo', {
      cookie: `${cookie}; theme=dark; ${others}`,
      authorization: 'Bearer of-the-browser',
    })
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${accessToken}`)
    expect(seen[0]?.headers.cookie).toBe('theme=dark')
    expect(JSON.stringify(seen).includes('of-the-browser')).toBe(false)
  })

  test('RFC 9110 7.6.1: no header of one connection, nor what `Connection` names', async () => {
    await ask('/api/backend/echo', {
      connection: 'close, x-private',
      'x-private': '1',
      'keep-alive': 'timeout=5',
      'proxy-authorization': 'Basic eA==',
      'proxy-connection': 'keep-alive',
      te: 'trailers',
      prefer: 'return=minimal',
    })
    const names = Object.keys(seen[0]?.headers ?? {})
    expect(names).toContain('prefer')
    for (const name of ['x-private', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te'])
      expect(names).not.toContain(name)
  })

  test('ASVS 4.1.3: nothing that only the gateway or Next may say', async () => {
    await ask('/api/backend/echo', {
      'x-session': 'active',
      'x-middleware-subrequest': 'x',
      'x-session-user': 'admin',
    })
    const names = Object.keys(seen[0]?.headers ?? {})
    expect(names.filter((name) => name.startsWith('x-session') || name.startsWith('x-middleware'))).toEqual(
      [],
    )
  })

  test('RFC 9110 7.6.1: `Connection` names no header that is not the client’s', async () => {
    const connection = 'close, x-forwarded-for, traceparent, user-agent, authorization'
    await ask('/api/backend/echo', { connection, 'user-agent': 'Browser' })
    expect(seen[0]?.headers).toMatchObject({
      'x-forwarded-for': expect.stringContaining('127.0.0.1'),
      'user-agent': 'Browser',
      authorization: `Bearer ${accessToken}`,
    })
  })

  test('a renewal that falls on the call hands it no Set-Cookie, and nothing else of what the middleware says', async () => {
    const session = await expiredSession(stack)
    stack.line.set((incoming, response) => {
      seen.push({ url: incoming.url ?? '', headers: incoming.headers })
      if (incoming.url !== '/refreshtoken') return void response.end('{}')
      // Passed on by hand: the line answers in the backend's place.
      void fetch(`${stack.auth.url}/refreshtoken`, {
        method: 'POST',
        headers: { cookie: incoming.headers.cookie ?? '' },
      }).then(async (answer) => {
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
      })
    })
    const answer = await ask('/api/backend/echo', { cookie: cookieHeader(session) })
    expect([answer.status, answer.headers['x-session']]).toEqual([200, 'renewed'])
    const cookies = answer.headers['set-cookie'] ?? []
    const refreshToken = /refreshToken=([^;]+)/.exec(cookies.join())?.[1] ?? 'none'
    const call = seen.find(({ url }) => url === '/echo')?.headers ?? {}
    expect(JSON.stringify(call)).not.toContain(refreshToken)
    const known = [
      'host',
      'connection',
      'accept',
      'accept-language',
      'accept-encoding',
      'user-agent',
      'sec-fetch-mode',
    ]
    const told = [
      'authorization',
      'x-forwarded-for',
      'traceparent',
      'content-length',
      'pragma',
      'cache-control',
    ]
    expect(Object.keys(call).filter((name) => ![...known, ...told].includes(name))).toEqual([])
  })

  test.each([
    'x-forwarded-host',
    'x-forwarded-proto',
    'forwarded',
    'x-original-url',
    'x-rewrite-url',
    'x-real-ip',
    'x-http-method-override',
  ])('ASVS 4.1.3: no %s, which the client says and no proxy vouches for', async (name) => {
    await ask('/api/backend/echo', { [name]: 'https' })
    expect(seen[0]?.headers[name]).toBeUndefined()
  })

  test('its own Host', async () => {
    await ask('/api/backend/echo', { 'x-forwarded-host': 'evil.example' })
    expect(seen[0]?.headers.host).toMatch(/^127\.0\.0\.1:\d+$/)
  })
})

test('without a session nothing is asked', async () => {
  const response = await rawRequest(stack.app.url, '/api/backend/me', asApi)
  expect([response.status, seen]).toEqual([401, []])
})

describe('RFC 9110 4.2.4, CWE-918: no path leads to another host, or out of the backend', () => {
  test.each([
    '/api/backend/http://ELSEWHERE/x',
    '/api/backend//ELSEWHERE/x',
    '/api/backend///ELSEWHERE/x',
    '/api/backend/%2f%2fELSEWHERE/x',
    '/api/backend/%68ttp:%2f%2fELSEWHERE/x',
    '/api/backend/\\\\ELSEWHERE/x',
    '/api/backend/%5c%5cELSEWHERE/x',
    '/api/backend/@ELSEWHERE/x',
    '/api/backend/:80@ELSEWHERE/x',
    '/api/backend/.ELSEWHERE/x',
    '/api/backend/..//ELSEWHERE/x',
    '/api/backend/..%2f..%2f/ELSEWHERE/x',
    '/api/backend/%2e%2e/%2e%2e//ELSEWHERE/x',
    '/api/backend/x?url=http://ELSEWHERE/x',
    '/api/backend/x#@ELSEWHERE/x',
    '/api/backend/%23@ELSEWHERE/x',
    '/api/backend/%00@ELSEWHERE/x',
    '/api/backend/%0d%0aHost:%20ELSEWHERE/x',
    'http://ELSEWHERE/api/backend/x',
  ])('%s', async (path) => {
    await ask(path.replaceAll('ELSEWHERE', new URL(elsewhere.url).host))
    expect(elsewhere.visits).toEqual([])
    for (const { headers } of seen) expect(headers.host).not.toContain(new URL(elsewhere.url).host)
  })

  test.each([
    '/api/backend/..%2finternal/x',
    '/api/backend/..%2Finternal/x',
    '/api/backend/a/%2e%2e%2f%2e%2e%2finternal',
    '/api/backend/..%252finternal',
    '/api/backend/%252e%252e/internal',
    '/api/backend/..%5cinternal',
    '/api/backend/..;/internal',
  ])('CWE-22: a server that decodes once more is led nowhere else by %s', async (path) => {
    const { status } = await ask(path)
    expect([status, seen]).toEqual([404, []])
  })

  test.each([
    ['/api/backend/a%2Fb?c=%2F', '/a%2Fb?c=%2F'],
    ['/api/backend/a%252Fb', '/a%252Fb'],
    ['/api/backend/caf%C3%A9', '/caf%C3%A9'],
    ['/api/backend/a;b=c', '/a;b=c'],
  ])('what belongs to the path arrives as it was sent: %s', async (path, arrived) => {
    await ask(path)
    expect(seen.map(({ url }) => url)).toEqual([arrived])
  })
})

test.each([301, 302, 303, 307, 308])(
  'a redirect of the backend (%i) is handed on, not followed',
  async (status) => {
    backend((response) => response.writeHead(status, { location: `${elsewhere.url}/inside` }).end())
    const response = await ask('/api/backend/moved')
    expect([response.status, response.headers.location]).toEqual([status, `${elsewhere.url}/inside`])
    expect(elsewhere.visits).toEqual([])
  },
)

test('ASVS 14.3.2: the backend’s answer is not stored, sets no cookie, and speaks for no host but its own', async () => {
  backend((response) =>
    response
      .writeHead(200, [
        ...['cache-control', 'public, max-age=600'],
        ...['set-cookie', 'accessToken=planted; Path=/'],
        ...['set-cookie', 'tracking=1'],
        ...['connection', 'close, x-private'],
        ...['x-private', '1'],
        ...['proxy-authenticate', 'Basic'],
        ...['strict-transport-security', 'max-age=0'],
        ...['clear-site-data', '"*"'],
        ...['access-control-allow-origin', 'https://evil.example'],
        ...['access-control-allow-credentials', 'true'],
        ...['etag', '"1"'],
      ])
      .end('{}'),
  )
  const { headers } = await ask('/api/backend/echo')
  expect(headers['cache-control']).toBe('private, no-store')
  expect(headers['set-cookie']).toBeUndefined()
  expect(headers.etag).toBe('"1"')
  for (const name of [
    'x-private',
    'proxy-authenticate',
    'access-control-allow-origin',
    'access-control-allow-credentials',
    'clear-site-data',
    'strict-transport-security',
  ])
    expect([name, headers[name]]).toEqual([name, undefined])
})

describe('ASVS 3.2.1: an answer of the backend is no page of the app, and tells the browser nothing', () => {
  const ACTING = {
    refresh: '0;url=https://evil.example',
    link: '<https://evil.example/x.css>; rel=stylesheet',
    'alt-svc': 'h3="evil.example:443"',
    'service-worker-allowed': '/',
    'x-accel-redirect': '/internal/file',
    'x-middleware-rewrite': 'https://evil.example/',
    'x-middleware-set-cookie': 'accessToken=planted',
    'x-action-redirect': '/evil',
    'www-authenticate': 'Basic realm="type your password"',
    server: 'secret/1.0',
  }

  test.each([
    'text/html',
    'application/xhtml+xml',
    'image/svg+xml',
    'text/javascript',
    'application/pdf',
    'nonsense',
  ])('%s', async (type) => {
    backend((response) =>
      response.writeHead(200, { ...ACTING, 'content-type': type }).end('<script>1</script>'),
    )
    const { status, headers } = await ask('/api/backend/page')
    expect([status, headers['x-content-type-options']]).toEqual([200, 'nosniff'])
    expect(headers['content-security-policy']).toMatch(/(^|, )sandbox; default-src 'none'/)
    expect(headers['content-type']).not.toMatch(/html/)
    for (const name of Object.keys(ACTING)) expect([name, headers[name]]).toEqual([name, undefined])
  })

  test('ranges, conditions and downloads work as they do without the proxy', async () => {
    backend((response, { headers }) => {
      if (headers['if-none-match'] === '"1"') return response.writeHead(304, { etag: '"1"' }).end()
      const disposition = 'attachment; filename="a.bin"'
      const range = { 'content-range': 'bytes 0-3/9', 'accept-ranges': 'bytes' }
      return response
        .writeHead(206, { ...range, etag: '"1"', 'content-disposition': disposition })
        .end('part')
    })
    const part = await ask('/api/backend/file', { range: 'bytes=0-3', 'if-range': '"1"' })
    expect([part.status, part.body]).toEqual([206, 'part'])
    expect(seen[0]?.headers).toMatchObject({ range: 'bytes=0-3', 'if-range': '"1"' })
    expect(part.headers).toMatchObject({
      etag: '"1"',
      'content-range': 'bytes 0-3/9',
      'accept-ranges': 'bytes',
      'content-disposition': 'attachment; filename="a.bin"',
    })
    const again = await ask('/api/backend/file', { 'if-none-match': '"1"' })
    expect([again.status, again.body, again.headers.etag]).toEqual([304, '', '"1"'])
  })
})

describe('bodies', () => {
  test('of an answer stream: the first piece is there before the backend has the second', async () => {
    let goOn = () => {}
    backend((response) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      response.write('first')
      goOn = () => response.end('second')
    })
    const response = await fetch(`${stack.app.url}/api/backend/stream`, { headers: { ...asApi, cookie } })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toBe('first')
    goOn()
    expect((await reader?.read())?.value).toBe('second')
  })

  test('of a request, beyond the 10 MB at which Next cuts, arrive whole', async () => {
    // `maxBodySizes` of next.config.mjs allows 32 MB here.
    const body = randomBytes(12 << 20)
    let arrived = ''
    backend(async (response, incoming) => {
      arrived = createHash('sha256')
        .update(await buffer(incoming))
        .digest('hex')
      response.end('{}')
    })
    const headers = { ...asApi, cookie, 'content-type': 'application/octet-stream' }
    const response = await fetch(`${stack.app.url}/api/backend/upload`, { method: 'POST', headers, body })
    expect([response.status, arrived]).toEqual([200, createHash('sha256').update(body).digest('hex')])
  })
})
