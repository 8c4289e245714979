import { describe, expect, it, test } from 'vitest'
import type { GatewayOptions } from '../gateway/options.ts'
import { resolveOptions } from '../gateway/options.ts'
import { calledWith, proxiedAnswer, proxiedRequest } from './backend-headers.ts'

const settings = (options: Partial<GatewayOptions> = {}) =>
  resolveOptions({ remoteApi: 'http://backend.test', keys: { secret: 'x' }, proxies: 1, ...options })
const sent = (headers: Record<string, string>, options: Partial<GatewayOptions> = {}) =>
  Object.fromEntries(proxiedRequest(new Headers(headers), settings(options)))
const answered = (headers: [string, string][], options: Partial<GatewayOptions> = {}, documents = false) =>
  proxiedAnswer(new Headers(headers), settings(options), documents)

/** Headers that a client, the middleware, Next or a proxy may have put into a request. */
const STRANGE = {
  'set-cookie': 'accessToken=a; refreshToken=b',
  'server-timing': 'session;desc="renewed"',
  'content-security-policy': "default-src 'self'",
  'cache-control': 'private, no-store',
  'x-session': 'renewed',
  'x-session-return-to': '/',
  'x-middleware-set-cookie': 'refreshToken=b',
  authorization: 'Basic eA==',
  'proxy-authorization': 'Basic eA==',
  host: 'app.example',
  origin: 'https://app.example',
  referer: 'https://app.example/secret-path',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
  forwarded: 'for=1.2.3.4',
  'x-original-url': '/admin',
  'x-rewrite-url': '/admin',
  'x-original-host': 'evil.example',
  'x-http-method-override': 'DELETE',
  'x-real-ip': '1.2.3.4',
  'x-user-id': '1',
  te: 'trailers',
  upgrade: 'websocket',
  'transfer-encoding': 'chunked',
}
const USUAL = { accept: 'application/json', 'if-none-match': '"1"', range: 'bytes=0-1', 'x-request-id': '7' }
const OURS = { 'x-forwarded-for': '192.0.2.1', 'user-agent': 'Browser', traceparent: '00-1' }

describe('the API is sent what stands in a list', () => {
  test('RFC 9470: the challenge to sign in again is handed on, alone', () => {
    const again = 'Bearer error="insufficient_user_authentication", max_age="300"'
    const handedOn = (value: string) => answered([['www-authenticate', value]]).get('www-authenticate')
    expect(handedOn(again)).toBe(again)
    for (const other of [
      `${again}, Basic realm="x"`,
      `Basic realm="x", ${again}`,
      'Bearer error="invalid_token"',
    ])
      expect(handedOn(other)).toBeNull()
  })

  test('and nothing else', () => {
    expect(sent({ ...STRANGE, ...USUAL, ...OURS })).toEqual({ ...USUAL, ...OURS })
  })

  test('what a proxy has said of the way, if it is trusted', () => {
    const { 'x-forwarded-host': host, 'x-forwarded-proto': proto } = STRANGE
    const ofTheProxy = { 'x-forwarded-host': host, 'x-forwarded-proto': proto }
    expect(sent(STRANGE, { trustProxy: true })).toEqual(ofTheProxy)
    // ASVS 15.3.4: an address for which no proxy and no connection vouches goes nowhere.
    expect(sent(OURS, { proxies: 0 })).not.toHaveProperty('x-forwarded-for')
    const called = Object.fromEntries(calledWith(new Headers({ ...STRANGE, ...OURS }), settings()))
    expect(called).toEqual(OURS)
    // RFC 7239: most proxies hand this one on as the client wrote it.
    expect(calledWith(new Headers(STRANGE), settings({ trustProxy: true })).has('forwarded')).toBe(false)
  })

  test('what the option adds, but for what is nobody’s to add', () => {
    const forwardHeaders = ['X-User-Id', 'Authorization', 'Cookie', 'Set-Cookie', 'X-Session', 'Host', 'TE']
    const cookie = 'accessToken=a; knownDevice=k; __Host-knownDevice=k; theme=dark'
    expect(sent({ ...STRANGE, cookie }, { forwardHeaders })).toEqual({
      'x-user-id': '1',
      cookie: 'theme=dark',
    })
    const called = Object.fromEntries(
      calledWith(new Headers({ ...STRANGE, cookie }), settings({ forwardHeaders })),
    )
    expect(called).toEqual({ 'x-user-id': '1' })
  })

  it('RFC 9110 7.6.1: `Connection` takes away what a client may name, and never the address or the trace', () => {
    const connection = 'close, X-Request-Id, x-forwarded-for, user-agent, traceparent, cookie, (bad)'
    const { 'x-request-id': _, ...left } = USUAL
    expect(sent({ ...USUAL, ...OURS, connection, cookie: 'theme=dark' })).toEqual({
      ...left,
      ...OURS,
      cookie: 'theme=dark',
    })
  })
})

describe('the browser is handed what stands in a list', () => {
  const SAID: [string, string][] = [
    ['content-type', 'application/json'],
    ['etag', '"1"'],
    ['content-disposition', 'attachment; filename="a.pdf"'],
    ['content-range', 'bytes 0-1/2'],
    ['retry-after', '5'],
  ]
  const ACTING: [string, string][] = [
    ['refresh', '0;url=https://evil.example'],
    ['link', '<https://evil.example/x.css>; rel=stylesheet'],
    ['alt-svc', 'h3="evil.example:443"'],
    ['service-worker-allowed', '/'],
    ['x-accel-redirect', '/internal/file'],
    ['x-sendfile', '/etc/passwd'],
    ['x-middleware-rewrite', 'https://evil.example'],
    ['x-middleware-set-cookie', 'accessToken=a'],
    ['x-action-redirect', '/evil'],
    ['set-cookie', 'accessToken=a'],
    ['clear-site-data', '"*"'],
    ['access-control-allow-origin', '*'],
    ['strict-transport-security', 'max-age=0'],
    ['content-security-policy', 'default-src *'],
    ['report-to', '{}'],
    ['nel', '{}'],
    ['sourcemap', 'https://evil.example/map'],
    ['permissions-policy', 'camera=*'],
    ['cross-origin-opener-policy', 'unsafe-none'],
    ['www-authenticate', 'Basic realm="type your password"'],
    ['server', 'secret/1.0'],
    ['cache-control', 'public'],
    ['age', '1'],
    ['content-length', '2'],
    ['content-encoding', 'gzip'],
    ['transfer-encoding', 'chunked'],
  ]
  const ADDED = {
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'/),
    'x-session-sandbox': '1',
  }

  test('RFC 9470: the challenge to sign in again is handed on, alone', () => {
    const again = 'Bearer error="insufficient_user_authentication", max_age="300"'
    const handedOn = (value: string) => answered([['www-authenticate', value]]).get('www-authenticate')
    expect(handedOn(again)).toBe(again)
    for (const other of [
      `${again}, Basic realm="x"`,
      `Basic realm="x", ${again}`,
      'Bearer error="invalid_token"',
    ])
      expect(handedOn(other)).toBeNull()
  })

  test('and nothing else', () => {
    expect(Object.fromEntries(answered([...SAID, ...ACTING]))).toEqual({
      ...Object.fromEntries(SAID),
      ...ADDED,
    })
  })

  test('what the option adds, but for what is nobody’s to add', () => {
    const relayHeaders = ['Link', 'x-middleware-rewrite', 'set-cookie', 'connection']
    const headers = Object.fromEntries(answered(ACTING, { relayHeaders }))
    expect(headers).toEqual({ link: ACTING[1]?.[1], ...ADDED })
  })

  it.each([
    'text/html',
    'Text/HTML; charset=utf-8',
    ' text/html',
    'application/xhtml+xml',
    'multipart/x-mixed-replace',
  ])('a document (%s) is text that nothing runs in, unless the proxy has documents', (type) => {
    const headers = answered([['content-type', type]])
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(headers.get('content-security-policy')).toMatch(/^sandbox;/)
    const own = answered(
      [
        ['content-type', type],
        ['content-security-policy', "script-src 'self'"],
      ],
      {},
      true,
    )
    expect(own.get('content-type')).toBe(type.trim())
    expect([own.get('content-security-policy'), own.get('x-content-type-options')]).toEqual([
      "script-src 'self'",
      'nosniff',
    ])
  })
})
