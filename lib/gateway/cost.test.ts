import { describe, expect, it, vi } from 'vitest'
import { parseSetCookie } from './cookies/set-cookie.ts'
import { createSessionGateway } from './gateway.ts'
import { readIssuedTokens } from './renewal/issued-tokens.ts'
import { createIssuer, goodClaims } from './testing/issuer.ts'

/** Node takes no more of a request's line and headers. */
const MOST = 15_000
const filled = (unit: string, length = MOST) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length)

/** Milliseconds of the fastest of several runs, which a busy machine does not change much. */
async function fastest(run: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let count = 0; count < 25; count += 1) {
    const before = performance.now()
    await run()
    least = Math.min(least, performance.now() - before)
  }
  return least
}

const issuer = await createIssuer('HS256')
const good = await issuer.sign(goodClaims(Math.floor(Date.now() / 1000), 900))

describe('CWE-407: no request costs much more than a plain one', () => {
  const gateway = createSessionGateway({
    remoteApi: 'http://backend.test',
    keys: issuer.keys,
    tokenCacheSize: 0,
    // No call is made: the time is the gateway's own.
    backend: { refresh: async () => ({ result: 'refused', reason: 'session_revoked' }) },
    rules: [
      { path: '/', require: 'public' },
      { path: '/open/:path*', require: 'public' },
      { path: '/:tenant/files/:path*', require: { roles: ['staff'] } },
      { path: '/admin/:path*', require: { roles: ['admin'] } },
    ],
  })
  const [header = '', payload = '', signature = ''] = good.split('.')
  const send = (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const request = new Request(`http://app.test${path}`, {
      method,
      headers: { accept: 'text/html', host: 'app.test', ...headers },
    })
    return () => gateway.handle(request)
  }
  const cookie = (value: string) => send('/page', { cookie: value })
  const plain = send('/page', { cookie: `accessToken=${good}` })

  /** Up to 9 are measured, and 485 or more for what is to be found. */
  const TIMES = 50

  it.each<[string, () => Promise<unknown>]>([
    ...[
      '%ffa',
      '%ff/',
      '%25',
      '%2525',
      '%2f',
      '%2fb/',
      '%5c',
      '%e2%82',
      '%ed%a0%80',
      '%f4%90',
      '//',
      '.rsc',
    ].map((unit) => [`a path of ${unit}`, send(`/${filled(unit)}`)] as [string, () => Promise<unknown>]),
    ...['%ffa', '%ff/', '%2fb/', '.segments/', '/files', '.segments/%2f'].map(
      (unit) =>
        [`a path of ${unit}, as long as may be`, send(`/${filled(unit, 2040)}`)] as [
          string,
          () => Promise<unknown>,
        ],
    ),
    ['a query of _rsc, to return to', send(`/page?${filled('_rsc&')}`)],
    ['a query of broken encoding, to return to', send(`/page?${filled('%ff&')}`)],
    ['a query of broken encoding, for an image', send(`/_next/image?url=/a&${filled('%ff&')}`)],
    [
      'a referer of broken encoding',
      send('/page', { referer: `http://app.test/?${filled('%ff&')}` }, 'POST'),
    ],
    ['cookies without end', cookie(filled('a=b;'))],
    ['a cookie of blanks', cookie(`a=${filled(' ')}b`)],
    ['session cookies that come twice', cookie(filled('accessToken=x;'))],
    ['chunks of session cookies', cookie(filled('accessToken.1=x;userDataEtls.22=y;'))],
    ['a name of dots', cookie(`${filled('.1')}=x`)],
    ['a value of broken encoding', cookie(`refreshToken=${filled('%ff')}`)],
    ['a token of dots', cookie(`accessToken=${filled('.')}`)],
    ['a token of letters', cookie(`accessToken=${filled('abc')}`)],
    ['a token with a stray character', cookie(`accessToken=${filled('abcd')}!.a.a`)],
    ['a long payload', cookie(`accessToken=${header}.${filled('abcd', 14_000)}.${signature}`)],
    [
      'a deep header',
      cookie(`accessToken=${btoa(filled('[', 9000)).replaceAll('=', '')}.${payload}.${signature}`),
    ],
    ['a long refresh token', cookie(`refreshToken=${filled('a')}`)],
    ['a long accept', send('/page', { accept: filled('text/htm,') })],
    ['a long traceparent', send('/page', { traceparent: `00-${filled('0')}` })],
    [
      'a long list of proxies',
      send('/page', { 'x-forwarded-host': filled(','), 'x-forwarded-proto': filled(' ,') }),
    ],
    ['a long origin', send('/page', { origin: `http://${filled('a.')}` })],
  ])('%s', async (_, hostile) => {
    const ratio = (await fastest(hostile)) / (await fastest(plain))
    expect(ratio).toBeLessThan(TIMES)
  })
})

describe('what a backend answers costs by its length', () => {
  it.each<[string, (length: number) => () => unknown]>([
    ['Set-Cookie of attributes', (length) => () => parseSetCookie(filled('a=b;', length), 0)],
    ['Set-Cookie of equals signs', (length) => () => parseSetCookie(`a=b;${filled('=', length)}`, 0)],
    ['Set-Cookie of blanks', (length) => () => parseSetCookie(`a=${filled(' ', length)}b`, 0)],
    ['Set-Cookie of a date', (length) => () => parseSetCookie(`a=b; expires=${filled('1 ', length)}`, 0)],
    ['JSON of brackets', (length) => () => readIssuedTokens(filled('[', length), [], 0)],
    ['JSON of members', (length) => () => readIssuedTokens(`{${filled('"a":1,', length)}"b":2}`, [], 0)],
    ['cookies', (length) => () => readIssuedTokens('', filled('x=1;', length).split(';'), 0)],
  ])('%s', async (_, of) => {
    const [short, long] = [await fastest(of(2000)), await fastest(of(16_000))]
    // Eight times the length; a square would be 64 times.
    expect(long / Math.max(short, 0.05)).toBeLessThan(32)
  })
})

it('a renewal hashes two tokens, the parent and the child, and verifies one; a good token seen before costs neither', async () => {
  const tokens = { accessToken: good, refreshToken: 'child', refreshTokenMaxAge: 900, userData: null }
  const gateway = createSessionGateway({
    remoteApi: 'http://backend.test',
    keys: issuer.keys,
    backend: { refresh: async () => ({ result: 'rotated', tokens: { ...tokens, otherCookies: [] } }) },
  })
  const visit = (cookie: string) =>
    gateway.handle(new Request('http://app.test/page', { headers: { accept: 'text/html', cookie } }))
  // Keys are imported once.
  await visit(`accessToken=${good}`)
  const [digest, verify] = [vi.spyOn(crypto.subtle, 'digest'), vi.spyOn(crypto.subtle, 'verify')]
  expect((await visit('refreshToken=parent')).outcome).toBe('renewed')
  expect([digest.mock.calls.length, verify.mock.calls.length]).toEqual([2, 1])
  expect((await visit(`accessToken=${good}; refreshToken=child`)).outcome).toBe('active')
  expect([digest.mock.calls.length, verify.mock.calls.length]).toEqual([2, 1])
})
