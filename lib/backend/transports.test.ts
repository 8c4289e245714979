import { beforeEach, describe, expect, it } from 'vitest'
import type { Call, Transport } from './description.ts'
import type { Arrived } from './testing/api-server.ts'
import { apiServer } from './testing/api-server.ts'
import { contextAt, opened } from './testing/opened.ts'

const server = apiServer()
beforeEach(() => {
  server.forget()
  server.on('/login', { json: { accessToken: 'a1', refreshToken: 'r1', user: { id: 7 } } })
  server.on('/refresh', { json: { accessToken: 'a2' } })
  server.on('/logout', { status: 204 })
})

const person = ({ answer }: { answer: { user?: { id: number } } }) => ({ id: answer.user?.id })

/** Signs in, renews, and tells what arrived at the refresh call. */
async function refreshedBy(call: Partial<Call>): Promise<Arrived> {
  const api = opened({ signIn: '/login', refresh: { path: '/refresh', ...call }, person }, server.url())
  const { refreshToken } = await api.begun(await api.signIn())
  await api.rotated(await api.refresh(refreshToken ?? ''))
  return server.last('/refresh')
}

describe('the refresh token travels', () => {
  const cases: [string, Transport, (request: Arrived) => unknown, unknown][] = [
    ['as bearer', 'bearer', ({ headers }) => headers.authorization, 'Bearer r1'],
    ['in a header', 'header:X-Refresh', ({ headers }) => headers['x-refresh'], 'r1'],
    ['in a cookie', 'cookie:jwt', ({ headers }) => headers.cookie, 'jwt=r1'],
    ['in the query', 'query:token', ({ query }) => query.token, 'r1'],
    ['in the JSON body', 'body:refresh', ({ text }) => JSON.parse(text), { refresh: 'r1' }],
    ['in a form', 'form:refresh_token', ({ text }) => text, 'refresh_token=r1'],
    [
      'as a function says',
      (token) => ({ authorization: `Token ${token}` }),
      ({ headers }) => headers.authorization,
      'Token r1',
    ],
  ]
  it.each(cases)('%s', async (_, refreshToken, read, expected) => {
    expect(read(await refreshedBy({ refreshToken }))).toEqual(expected)
  })

  it('in the body, when nothing is said', async () => {
    const { method, text, headers } = await refreshedBy({})
    expect([method, JSON.parse(text), headers['content-type']]).toEqual([
      'POST',
      { refreshToken: 'r1' },
      'application/json',
    ])
  })

  it('in a body of one’s own', async () => {
    const body = ({ refreshToken }: { refreshToken: string | null }) => ({
      flow: 'REFRESH',
      parameters: { token: refreshToken },
    })
    expect(JSON.parse((await refreshedBy({ body })).text)).toEqual({
      flow: 'REFRESH',
      parameters: { token: 'r1' },
    })
  })

  it('in a body that is text', async () => {
    const { text } = await refreshedBy({ body: ({ refreshToken }) => `<token>${refreshToken}</token>` })
    expect(text).toBe('<token>r1</token>')
  })

  it('beside the access token that has run out, where the backend wants both', async () => {
    const { text, headers } = await refreshedBy({ refreshToken: 'body:refreshToken', accessToken: 'bearer' })
    expect([JSON.parse(text), headers.authorization]).toEqual([{ refreshToken: 'r1' }, 'Bearer a1'])
  })

  it('by the method that is told, without a body where there can be none', async () => {
    const { method, text, headers } = await refreshedBy({ method: 'GET', refreshToken: 'cookie:jwt' })
    expect([method, text, headers['content-type']]).toEqual(['GET', '', undefined])
  })

  it('as a cookie even when it has characters that no cookie may have', async () => {
    server.on('/login', { json: { accessToken: 'a', refreshToken: 'r;1 é', user: { id: 7 } } })
    const { headers } = await refreshedBy({ refreshToken: 'cookie:jwt' })
    expect(headers.cookie).toBe('jwt=r%3B1%20%C3%A9')
  })
})

describe('a call carries', () => {
  it('headers, parameters and members of the description, and what the environment holds', async () => {
    process.env.TEST_API_KEY = 'key-1'
    const api = opened(
      {
        headers: { apikey: 'env:TEST_API_KEY' },
        signIn: {
          path: '/login?grant_type=password',
          headers: { 'x-amz-target': 'InitiateAuth' },
          query: { key: 'env:TEST_API_KEY' },
          fields: { client_id: 'app' },
          form: true,
        },
        refresh: '/refresh',
        person,
      },
      server.url(),
    )
    await api.begun(await api.signIn({ username: 'ann', password: 'pw & more', client_id: 'another' }))
    const { headers, query, text } = server.last('/login')
    expect(headers).toMatchObject({ apikey: 'key-1', 'x-amz-target': 'InitiateAuth' })
    expect(query).toEqual({ grant_type: 'password', key: 'key-1' })
    expect(Object.fromEntries(new URLSearchParams(text))).toEqual({
      client_id: 'app',
      username: 'ann',
      password: 'pw & more',
    })
    expect(api.backend.authorize('a1')).toEqual({ apikey: 'key-1', authorization: 'Bearer a1' })
  })

  it('what of the browser the backend may be told', async () => {
    const api = opened({ signIn: '/login', refresh: '/refresh', person }, server.url())
    const more = { forwardedFor: '203.0.113.7', userAgent: 'Firefox', cookies: 'lang=de' }
    await api.signIn({}, contextAt(undefined, more))
    expect(server.last('/login').headers).toMatchObject({
      'x-forwarded-for': '203.0.113.7',
      'user-agent': 'Firefox',
      cookie: 'lang=de',
      traceparent: 'trace',
    })
  })

  it('a variable that is not set ends the start', () => {
    const headers = { apikey: 'env:NO_SUCH_VARIABLE' }
    expect(() => opened({ headers, signIn: '/login', refresh: '/refresh' }, server.url())).toThrow(
      /set NO_SUCH_VARIABLE/,
    )
  })
})

describe('the API is called', () => {
  it.each<[string, Extract<Transport, string> | ((token: string) => Record<string, string>), object]>([
    ['with a bearer token', 'bearer', { authorization: 'Bearer a1' }],
    ['with a bare token', 'header:Authorization', { authorization: 'a1' }],
    ['with a cookie', 'cookie:app-jwt', { cookie: 'app-jwt=a1' }],
    ['as a function says', (token) => ({ a: token, b: 'two' }), { a: 'a1', b: 'two' }],
  ])('%s', (_, authorize, expected) => {
    const api = opened({ signIn: '/login', refresh: '/refresh', authorize }, server.url())
    expect(api.backend.authorize('a1')).toEqual(expected)
  })
})

describe('signing out', () => {
  async function signedOut(signOut: Call | string | false) {
    const api = opened(
      { signIn: '/login', refresh: { path: '/refresh', refreshToken: 'bearer' }, signOut, person },
      server.url(),
    )
    const { refreshToken } = await api.begun(await api.signIn())
    return api.backend.signOut({ refreshToken, accessToken: 'a1' }, contextAt())
  }

  it('sends the access token, when nothing else is said', async () => {
    expect(await signedOut('/logout')).toBeNull()
    expect(server.last('/logout').headers.authorization).toBe('Bearer a1')
  })

  it('sends the refresh token, where that is said', async () => {
    expect(await signedOut({ path: '/logout', refreshToken: 'body:refresh' })).toBeNull()
    const { headers, text } = server.last('/logout')
    expect([headers.authorization, JSON.parse(text)]).toEqual([undefined, { refresh: 'r1' }])
  })

  it('is no call where the backend has none', async () => {
    expect(await signedOut(false)).toBeNull()
    expect(server.arrived.map(({ path }) => path)).toEqual(['/login'])
  })

  it.each([
    ['status_500', { status: 500 }],
    ['status_404', { status: 404 }],
  ])('that fails says so: %s', async (reason, reply) => {
    server.on('/logout', reply)
    expect(await signedOut('/logout')).toBe(reason)
  })

  it('that gets no answer says so', async () => {
    server.on('/logout', () => 'reset')
    expect(await signedOut('/logout')).toBe('no_answer')
  })
})
