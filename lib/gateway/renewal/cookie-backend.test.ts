import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../../testing/clock.ts'
import type { Fetch } from '../platform.ts'
import type { RefreshContext } from './backend.ts'
import { cookieBackend } from './cookie-backend.ts'

const NOW = manualClock().seconds()
const CONTEXT: RefreshContext = { forwardedFor: null, userAgent: null, traceparent: 'trace', cookies: '' }

/** Refreshes at a backend that answers `response`; `sent` is what it was asked. */
async function refresh(response: Response, refreshToken = 'r1', context = CONTEXT, options = {}) {
  const sent: { url: string; init: RequestInit; headers: Headers }[] = []
  const fetch: Fetch = async (url, init) => {
    sent.push({ url, init, headers: new Headers(init.headers) })
    return response
  }
  const { signal } = new AbortController()
  const backend = cookieBackend({ remoteApi: 'http://backend.test/api', ...options })
  const answer = await backend.refresh({ refreshToken }, { ...context, fetch, signal, now: NOW })
  return { answer, sent: sent[0] as NonNullable<(typeof sent)[0]> }
}

const respond = (body: unknown, setCookies: readonly string[] = [], status = 200) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status,
    headers: setCookies.map((cookie) => ['set-cookie', cookie] as [string, string]),
  })
const tokensOf = async (body: unknown, setCookies?: readonly string[]) => {
  const { answer } = await refresh(respond(body, setCookies))
  return answer.result === 'rotated' ? answer.tokens : answer
}

describe('what the backend is asked', () => {
  it('POST /refreshtoken under its base, with the refresh token as its cookie', async () => {
    const { sent } = await refresh(respond({ accessToken: 'a' }))
    expect(sent.url).toBe('http://backend.test/api/refreshtoken')
    expect(sent.init).toMatchObject({ method: 'POST', redirect: 'manual', cache: 'no-store' })
    expect(sent.init.body).toBeUndefined()
    expect(Object.fromEntries(sent.headers)).toEqual({
      accept: 'application/json',
      cookie: 'refreshToken=r1',
      traceparent: 'trace',
    })
  })

  it('with whom it is asked for', async () => {
    const context = {
      forwardedFor: '192.0.2.1',
      userAgent: 'Test/1',
      traceparent: 'trace',
      cookies: 'tenant=acme',
    }
    const { sent } = await refresh(respond({ accessToken: 'a' }), 'r1', context)
    expect(Object.fromEntries(sent.headers)).toMatchObject({
      cookie: 'refreshToken=r1; tenant=acme',
      'x-forwarded-for': '192.0.2.1',
      'user-agent': 'Test/1',
    })
  })

  it('a token from a Set-Cookie is sent back byte for byte', async () => {
    const octet = fc.constantFrom('=', '+', '/', '%', '%3D', 'a', 'Z', '9', '-', '!', '~', ':', '"quoted"')
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: octet, minLength: 1 }).filter((text) => !/.".|^"|"$/.test(text)),
        async (token) => {
          expect(await tokensOf('', ['accessToken=a', `refreshToken=${token}; Path=/`])).toMatchObject({
            refreshToken: token,
          })
          expect((await refresh(respond({}), token)).sent.headers.get('cookie')).toBe(`refreshToken=${token}`)
        },
      ),
    )
  })

  it('a token from JSON arrives as it was, also at a backend that decodes its cookies', async () => {
    for (const token of ['a=b+c/d==', 'a%3Db', '100%', '"a"', 'a b', 'a;b', 'a,b', 'ü', '\n']) {
      const tokens = await tokensOf({ accessToken: 'a', refreshToken: token })
      const { sent } = await refresh(respond({}), (tokens as { refreshToken: string }).refreshToken)
      const cookie = sent.headers.get('cookie')?.slice('refreshToken='.length) ?? ''
      expect(decodeURIComponent(cookie)).toBe(token)
      if (/^[\w=+/]+$/.test(token)) expect(cookie).toBe(token)
    }
  })
})

describe('tokens', () => {
  const NONE = { refreshToken: null, refreshTokenMaxAge: null, userData: null, otherCookies: [] }

  it('may come in the JSON body', async () => {
    expect(
      await tokensOf({ accessToken: 'a', refreshToken: 'r', expiresIn: 9, userData: { name: 'Ann' } }),
    ).toEqual({
      ...NONE,
      accessToken: 'a',
      refreshToken: 'r',
      userData: { name: 'Ann' },
    })
  })

  it('may come in Set-Cookie headers, with or without a prefix, whatever the body is', async () => {
    for (const body of ['', 'OK', '<html>', 'null', '[]', '{}', '{"message":"Tokens refreshed"}'])
      for (const prefix of ['', '__Host-', '__Secure-'])
        expect(
          await tokensOf(body, [`${prefix}accessToken=a; Path=/`, `${prefix}refreshToken=r; Max-Age=60`]),
        ).toEqual({
          ...NONE,
          accessToken: 'a',
          refreshToken: 'r',
          refreshTokenMaxAge: 60,
        })
  })

  it('of the body win over those of the headers; the headers tell how long the refresh token lives', async () => {
    const cookies = ['accessToken=a2', 'refreshToken=r2; Expires=Tue, 01 Jan 2030 01:00:00 GMT']
    expect(await tokensOf({ accessToken: 'a1', refreshToken: 'r1' }, cookies)).toEqual({
      ...NONE,
      accessToken: 'a1',
      refreshToken: 'r1',
      refreshTokenMaxAge: 3600,
    })
    expect(await tokensOf({ accessToken: 'a1' }, cookies)).toMatchObject({
      accessToken: 'a1',
      refreshToken: 'r2',
    })
  })

  it('without a refresh token: the old one stays', async () => {
    expect(await tokensOf({ accessToken: 'a' })).toEqual({ ...NONE, accessToken: 'a' })
    expect(await tokensOf({ accessToken: 'a', refreshToken: null, userData: null })).toEqual({
      ...NONE,
      accessToken: 'a',
    })
  })

  it('other cookies are kept byte for byte', async () => {
    const other = 'lang=de%20;  Path=/x ;Max-Age=0; Partitioned; Weird="a,b"'
    expect(await tokensOf({ accessToken: 'a' }, [other, 'accessToken=b'])).toMatchObject({
      otherCookies: [other],
    })
  })
})

describe('an answer that cannot be used is no word on the session', () => {
  it.each([
    ['no token at all', {}],
    ['not JSON', '<html>'],
    ['no object', ['a']],
    ['an access token that is no text', { accessToken: 7 }],
    ['an empty access token', { accessToken: '' }],
    ['a refresh token that is no text', { accessToken: 'a', refreshToken: 7 }],
    ['an empty refresh token', { accessToken: 'a', refreshToken: '' }],
    ['a refresh token that is half a character', '{"accessToken":"a","refreshToken":"\\ud800"}'],
    ['user data that is text', { accessToken: 'a', userData: 'Ann' }],
    ['user data that is a list', { accessToken: 'a', userData: [1] }],
    ['a refresh cookie that no browser would send', '{}', ['accessToken=a', 'refreshToken=a b']],
    ['a refresh cookie that is cleared', { accessToken: 'a' }, ['refreshToken=; Max-Age=0']],
    ['cookies folded into one header', '{}', ['refreshToken=r; Path=/, accessToken=a; Path=/']],
  ])('200 with %s', async (_, body, setCookies: string[] = []) => {
    const { answer } = await refresh(respond(body, setCookies))
    expect(answer).toMatchObject({ result: 'unavailable', reason: 'malformed_answer' })
  })

  it.each([300, 302, 303, 307, 308, 402, 404, 405, 408, 409, 413, 418, 422, 425, 429, 500, 502, 503, 504])(
    '%i',
    async (status) => {
      const { answer } = await refresh(respond({ accessToken: 'a', error: 'x' }, [], status))
      expect(answer).toMatchObject({ result: 'unavailable', reason: `status_${status}` })
    },
  )

  it('a 204 holds no token', async () => {
    const { answer } = await refresh(new Response(null, { status: 204 }))
    expect(answer).toMatchObject({ result: 'unavailable', reason: 'malformed_answer' })
  })
})

describe.each([400, 401, 403])('%i refuses', (status) => {
  it.each([
    ['with the backend’s reason', { error: 'session_revoked', error_description: 'x' }, 'session_revoked'],
    ['with a reason that is no word', { error: 'a\nb: fake log line' }, `status_${status}`],
    ['with a token for a reason', { error: `${'x'.repeat(65)}` }, `status_${status}`],
    ['with an empty reason', { error: '' }, `status_${status}`],
  ])('%s', async (_, body, reason) => {
    expect((await refresh(respond(body, ['accessToken=a'], status))).answer).toEqual({
      result: 'refused',
      reason,
    })
  })

  it.each([
    ['nothing', ''],
    ['a firewall’s page', '<html>Blocked</html>'],
    ['JSON without `error`', { message: 'forbidden' }],
    ['an `error` that is no string', { error: { code: 1 } }],
    ['a text in JSON', '"error"'],
    ['a list', [{ error: 'x' }]],
    ['null', 'null'],
  ])('nobody with %s', async (_, body) => {
    const { answer } = await refresh(respond(body, ['accessToken=a'], status))
    expect(answer).toMatchObject({ result: 'unavailable', reason: `status_${status}` })
  })
})

describe('`refused` says which answers end a session', () => {
  const seen: [number, unknown][] = []
  const refused = (status: number, body: unknown) => {
    seen.push([status, body])
    return status === 419 || body === null || (body as { code?: string }).code === 'over'
  }
  it.each<[string, unknown, number, object]>([
    ['by its status', 'Page expired', 419, { result: 'refused', reason: 'status_419' }],
    ['by its body', { code: 'over' }, 200, { result: 'refused', reason: 'status_200' }],
    ['with a word for the log', { code: 'over', error: 'gone' }, 410, { result: 'refused', reason: 'gone' }],
    ['by a null', 'null', 200, { result: 'refused', reason: 'status_200' }],
    ['and no others', { error: 'x' }, 403, { result: 'unavailable', reason: 'status_403' }],
  ])('%s', async (_, body, status, expected) => {
    const { answer } = await refresh(respond(body, [], status), 'r1', CONTEXT, { refused })
    expect(answer).toMatchObject(expected)
  })

  it('and is shown JSON as a value, and any other body as its text', () => {
    expect(seen.slice(0, 2)).toEqual([
      [419, 'Page expired'],
      [200, { code: 'over' }],
    ])
  })
})

describe('a call that may have arrived is repeated only where the backend allows it', () => {
  const failing = (code?: string) => async () => {
    throw new TypeError(
      'fetch failed',
      code ? { cause: Object.assign(new Error(code), { code }) } : undefined,
    )
  }
  const cut = async () =>
    new Response(
      new ReadableStream({
        start: (stream) => stream.error(new TypeError('terminated')),
      }),
    )
  const answering = (status: number, headers?: Record<string, string>) => async () =>
    new Response('{}', { status, ...(headers && { headers }) })

  /** The answers to calls in a row, and whether each may be repeated. */
  async function mayRepeat(fetches: readonly Fetch[], options: { repeat?: boolean } = {}) {
    const backend = cookieBackend({ remoteApi: 'http://backend.test', ...options })
    const { signal } = new AbortController()
    const may: boolean[] = []
    for (const fetch of fetches) {
      const answer = await backend.refresh({ refreshToken: 'r1' }, { ...CONTEXT, fetch, signal, now: NOW })
      if (answer.result === 'unavailable') may.push(answer.repeat === undefined)
    }
    return may
  }

  it.each<[string, Fetch, boolean]>([
    ['a reset', failing('ECONNRESET'), false],
    ['an error without a cause', failing(), false],
    ['a time-out while waiting for the answer', failing('UND_ERR_HEADERS_TIMEOUT'), false],
    ['an answer that is cut off', cut, false],
    ['a 500', answering(500), false],
    ['a 503', answering(503), false],
    ['a 200 that cannot be read', answering(200), false],
    ['a 404', answering(404), false],
    ['a 429, which has done nothing', answering(429), true],
    ['a refused connection', failing('ECONNREFUSED'), true],
    ['a name that is not found', failing('ENOTFOUND'), true],
    ['a name that cannot be asked for', failing('EAI_AGAIN'), true],
    ['a connection that is never made', failing('UND_ERR_CONNECT_TIMEOUT'), true],
  ])('after %s', async (_, fetch, without) => {
    expect(await mayRepeat([fetch])).toEqual([without])
    expect(await mayRepeat([fetch], { repeat: true })).toEqual([true])
  })

  it.each([
    ['30', true],
    ['lenient', true],
    ['0', false],
  ])('`Refresh-Grace: %s` in an answer decides for those after it', async (grace, may) => {
    const told = answering(200, { 'refresh-grace': grace })
    for (const repeat of [true, false])
      expect(await mayRepeat([told, failing('ECONNRESET')], { repeat })).toEqual([may, may])
  })

  it('a `Refresh-Grace` that cannot be read changes nothing', async () => {
    const told = answering(200, { 'refresh-grace': 'soon' })
    expect(await mayRepeat([told, failing('ECONNRESET')], { repeat: true })).toEqual([true, true])
    expect(await mayRepeat([told, failing('ECONNRESET')])).toEqual([false, false])
  })

  it('the grace comes with the tokens', async () => {
    const answer = new Response('{"accessToken":"a"}', { headers: { 'refresh-grace': '0' } })
    expect((await refresh(answer)).answer).toMatchObject({ result: 'rotated', grace: 0 })
  })
})

describe('a backend that does it another way', () => {
  it('has a path, a method and a body of its own', async () => {
    const options = { path: '/auth/renew', method: 'PUT', body: (token: string) => ({ token }) }
    const { sent } = await refresh(respond({ accessToken: 'a' }), 'r1', CONTEXT, options)
    expect([sent.url, sent.init.method, sent.init.body]).toEqual([
      'http://backend.test/api/auth/renew',
      'PUT',
      '{"token":"r1"}',
    ])
    expect(sent.headers.get('content-type')).toBe('application/json')
  })

  it('has names of its own, for what it is sent and for what it answers', async () => {
    const options = { names: { accessToken: 'at', refreshToken: 'rt', userData: 'user' } }
    const answer = respond({ at: 'a', user: { name: 'Ann' } }, ['__Host-rt=r2; Max-Age=60', 'other=1'])
    const { sent, answer: read } = await refresh(answer, 'r1', CONTEXT, options)
    expect(sent.headers.get('cookie')).toBe('rt=r1')
    expect(read).toMatchObject({
      result: 'rotated',
      tokens: {
        accessToken: 'a',
        refreshToken: 'r2',
        refreshTokenMaxAge: 60,
        userData: { name: 'Ann' },
        otherCookies: ['other=1'],
      },
    })
  })
})
