import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../../testing/clock.ts'
import type { Fetch } from '../options.ts'
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
    expect(answer).toEqual({ result: 'unavailable', reason: 'malformed_answer' })
  })

  it.each([300, 302, 303, 307, 308, 402, 404, 405, 408, 409, 413, 418, 422, 425, 429, 500, 502, 503, 504])(
    '%i',
    async (status) => {
      const { answer } = await refresh(respond({ accessToken: 'a', error: 'x' }, [], status))
      expect(answer).toEqual({ result: 'unavailable', reason: `status_${status}` })
    },
  )

  it('a 204 holds no token', async () => {
    const { answer } = await refresh(new Response(null, { status: 204 }))
    expect(answer).toEqual({ result: 'unavailable', reason: 'malformed_answer' })
  })
})

describe.each([400, 401, 403])('%i refuses', (status) => {
  it.each([
    ['with the backend’s reason', { error: 'session_revoked', error_description: 'x' }, 'session_revoked'],
    ['without one', '', `status_${status}`],
    ['with a page', '<html>', `status_${status}`],
    ['with a reason that is no word', { error: 'a\nb: fake log line' }, `status_${status}`],
    ['with a token for a reason', { error: `${'x'.repeat(65)}` }, `status_${status}`],
  ])('%s', async (_, body, reason) => {
    expect((await refresh(respond(body, ['accessToken=a'], status))).answer).toEqual({
      result: 'refused',
      reason,
    })
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
