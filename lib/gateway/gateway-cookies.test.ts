import { describe, expect, it } from 'vitest'
import { parseCookieHeader } from './cookies/header.ts'
import { cookieJar } from './testing/cookie-jar.ts'
import { cookiesIn, createHarness, refusing, UNREACHABLE } from './testing/harness.ts'

const PROTECTED = '/dashboard'

describe('the cookies that the app sees', () => {
  it('next.js #49442: are the renewed ones, in this very request', async () => {
    const { expired, send } = await createHarness()
    const cookies = `theme=dark; accessToken=${await expired()}; refreshToken=r1; userDataEtls=old; note=100%25=a=b`
    const outcome = await send(PROTECTED, { cookies })
    const { accessToken, userDataEtls } = cookiesIn(outcome)
    expect(outcome.requestHeaders?.get('cookie')).toBe(
      `theme=dark; note=100%25=a=b; accessToken=${accessToken}; refreshToken=r2; userDataEtls=${userDataEtls}`,
    )
  })

  it('are without those that were cleared', async () => {
    const { backend, expired, send } = await createHarness()
    backend.answer = refusing()
    const outcome = await send('/', {
      cookies: `accessToken=${await expired()}; refreshToken=r1; theme=dark`,
    })
    expect(outcome.requestHeaders?.get('cookie')).toBe('theme=dark')
  })

  it('the other headers stay', async () => {
    const { expired, send } = await createHarness()
    const outcome = await send(PROTECTED, {
      headers: { accept: 'text/html', 'x-own': 'yes', authorization: 'Basic eA==' },
      cookies: { accessToken: await expired(), refreshToken: 'r1' },
    })
    expect(Object.fromEntries(outcome.requestHeaders ?? [])).toMatchObject({
      'x-own': 'yes',
      authorization: 'Basic eA==',
    })
  })
})

it('headers that only the gateway or Next may set are removed from the request', async () => {
  const { valid, send } = await createHarness()
  const lies = {
    'x-session': 'active',
    'x-session-user': 'admin',
    'x-middleware-subrequest': 'middleware:middleware',
    'x-middleware-override-headers': 'cookie',
    'set-cookie': 'a=b',
  }
  const outcome = await send(PROTECTED, {
    headers: { ...lies, 'x-own': 'yes' },
    cookies: { accessToken: await valid() },
  })
  const names = [...(outcome.requestHeaders?.keys() ?? [])]
  expect(names).toContain('x-own')
  expect(names.filter((name) => name in lies)).toEqual([])
  const visit = await send('/?a=b', { headers: { 'x-session-return-to': '//evil.example' } })
  expect(visit.requestHeaders?.get('x-session-return-to')).toBe('/?a=b')
})

describe('a session cookie that was sent twice', () => {
  it('is not used, and cleared, so that nobody is locked out or slipped another session', async () => {
    const { backend, valid, send } = await createHarness()
    const accessToken = await valid()
    const outcome = await send('/', {
      cookies: `accessToken=${accessToken}; theme=dark; accessToken=${accessToken}`,
    })
    expect(outcome).toMatchObject({ outcome: 'anonymous', session: null, noStore: true })
    expect(cookiesIn(outcome)).toEqual({ accessToken: '(cleared)' })
    expect(outcome.requestHeaders?.get('cookie')).toBe('theme=dark')
    expect(backend.calls).toEqual([])
  })

  it('RFC 6265bis 4.1.1: with a Domain configured, the host-only variant is cleared, and no cookie is cleared and set again', async () => {
    const { valid, send } = await createHarness({ domain: 'app.test', cookieSecure: true })
    const cookies = `accessToken=${await valid()}; accessToken=planted; refreshToken=r1`
    const outcome = await send(PROTECTED, { cookies })
    expect(outcome.outcome).toBe('renewed')
    expect(outcome.setCookies.map((header) => header.replace(/=[^;]{9,}/, '=…'))).toEqual([
      'accessToken=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
      'accessToken=…; Path=/; Max-Age=900; Domain=app.test; Secure; HttpOnly; SameSite=Lax',
      'refreshToken=r2; Path=/; Max-Age=43200; Domain=app.test; Secure; HttpOnly; SameSite=Lax',
      'userDataEtls=…; Path=/; Max-Age=900; Domain=app.test; Secure; HttpOnly; SameSite=Lax',
    ])
  })

  it('counts as absent during an outage too', async () => {
    const { backend, valid, send } = await createHarness()
    backend.answer = UNREACHABLE
    const outcome = await send(PROTECTED, {
      cookies: `accessToken=${await valid()}; accessToken=x; refreshToken=r1`,
    })
    expect(outcome).toMatchObject({ outcome: 'degraded', session: null })
  })
})

describe('cookies are secure', () => {
  const names = async (options: object, url: string, headers: Record<string, string> = {}) => {
    const { expired, send } = await createHarness(options)
    const token = await expired()
    const cookies = ['', '__Host-'].map((prefix) => `${prefix}accessToken=${token}; ${prefix}refreshToken=r1`)
    return Object.keys(cookiesIn(await send(url, { headers, cookies: cookies.join('; ') })))[0]
  }
  const proto = { 'x-forwarded-proto': 'https, http' }

  it('as the scheme of the request says', async () => {
    expect(await names({}, 'http://app.test/')).toBe('accessToken')
    expect(await names({}, 'https://app.test/')).toBe('__Host-accessToken')
  })

  it('as a trusted proxy says, and nobody else', async () => {
    expect(await names({ trustProxy: true }, 'http://app.test/', proto)).toBe('__Host-accessToken')
    expect(await names({ trustProxy: true }, 'https://app.test/', { 'x-forwarded-proto': 'http' })).toBe(
      'accessToken',
    )
    expect(await names({}, 'http://app.test/', proto)).toBe('accessToken')
  })

  it('as configured, whatever the request says', async () => {
    expect(await names({ cookieSecure: true }, 'http://app.test/')).toBe('__Host-accessToken')
    expect(await names({ cookieSecure: false, trustProxy: true }, 'https://app.test/', proto)).toBe(
      'accessToken',
    )
  })
})

describe('other cookies of the backend', () => {
  const others = ['lang=de%20; Path=/x ;Max-Age=0; Partitioned; Weird="a,b"', 'tracking=1; Path=/', 'LANG=x']

  it('are relayed byte for byte if their name is listed, and dropped otherwise', async () => {
    const { backend, expired, send, token } = await createHarness({ relayCookies: ['lang'] })
    backend.answer = async () =>
      new Response(JSON.stringify({ accessToken: await token(), refreshToken: 'r2' }), {
        headers: others.map((header) => ['set-cookie', header] as [string, string]),
      })
    const outcome = await send(PROTECTED, { cookies: { accessToken: await expired(), refreshToken: 'r1' } })
    expect(outcome.setCookies).toHaveLength(3)
    expect(outcome.setCookies[2]).toBe(others[0])
  })
})

describe('what the backend gets to see', () => {
  const asked = async (options: object, headers: Record<string, string>, cookie = '') => {
    const { backend, expired, send } = await createHarness(options)
    await send(PROTECTED, { headers, cookies: `accessToken=${await expired()}; refreshToken=r1; ${cookie}` })
    return Object.fromEntries(backend.calls[0]?.headers ?? [])
  }

  it('is the refresh cookie, and nothing else of the browser’s cookies or headers', async () => {
    const headers = {
      accept: 'text/html',
      authorization: 'Basic eA==',
      'x-own': 'yes',
      'accept-language': 'de',
    }
    expect(await asked({}, headers, 'theme=dark; tenant=acme')).toEqual({
      accept: 'application/json',
      cookie: 'refreshToken=r1',
      traceparent: expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-01$/),
    })
  })

  it('the cookies of `forwardCookies` too, unless fetch would throw for them', async () => {
    const cookie = 'tenant=a=b%25; theme=dark; lang=ümlaut; quoted="x"'
    const forwardCookies = ['tenant', 'lang', 'quoted']
    expect((await asked({ forwardCookies }, {}, cookie)).cookie).toBe(
      'refreshToken=r1; tenant=a=b%25; quoted="x"',
    )
  })

  it('who asks, and the trace that the request belongs to', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    const headers = { 'x-forwarded-for': '192.0.2.1', 'user-agent': 'Test/1', traceparent }
    expect(await asked({ trustProxy: true }, headers)).toMatchObject(headers)
    expect(await asked({}, headers)).not.toHaveProperty('x-forwarded-for')
    expect((await asked({}, { traceparent: 'nonsense' })).traceparent).not.toBe('nonsense')
  })
})

it('nextjs-auth0 #2011: tokens too large for one cookie come back in chunks, and shrink again', async () => {
  const { backend, clock, send, token } = await createHarness()
  const jar = cookieJar()
  jar.receive(['refreshToken=r1', 'theme=dark'])
  for (const size of [9000, 10]) {
    backend.answer = async ({ refreshToken }) =>
      Response.json({
        accessToken: await token({ padding: 'x'.repeat(size) }),
        refreshToken: `${refreshToken}x`,
      })
    clock.advance(1_000_000)
    const renewed = await send(PROTECTED, { cookies: jar.header() })
    jar.receive(renewed.setCookies)
    expect(parseCookieHeader(renewed.requestHeaders?.get('cookie') ?? null)).toHaveLength(jar.names().length)
    expect((await send(PROTECTED, { cookies: jar.header() })).outcome).toBe('active')
  }
  expect(jar.names().sort()).toEqual(['accessToken', 'refreshToken', 'theme'])
})
