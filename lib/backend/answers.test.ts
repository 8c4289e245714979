import { beforeEach, describe, expect, it } from 'vitest'
import type { GatewayEvent } from '../gateway/events/events.ts'
import type { ApiDescription, Places } from './description.ts'
import type { Reply } from './testing/api-server.ts'
import { apiServer, foreignJwt } from './testing/api-server.ts'
import { contextAt, NOW, opened } from './testing/opened.ts'

const server = apiServer()
beforeEach(() => server.forget())

const base = { signIn: '/login', refresh: '/refresh' } satisfies ApiDescription
const ann = { person: () => ({ id: 'ann' }) }

/** Opens a described backend, and signs in to it with this answer. */
async function begun(reply: Reply, description: Partial<ApiDescription> = {}) {
  server.on('/login', reply)
  const api = opened({ ...base, ...ann, ...description }, server.url())
  return { api, session: await api.begun(await api.signIn()) }
}

describe('tokens are found', () => {
  it.each<[string, Reply, Places]>([
    ['by a pointer', { json: { a: { b: ['', 'at'] } } }, '/a/b/1'],
    ['by a pointer with escapes', { json: { 'a/b~c': 'at' } }, '/a~1b~0c'],
    ['as the whole body', { json: 'at' }, ''],
    ['as the whole body, which is text', { text: 'at' }, ''],
    [
      'in a cookie',
      { headers: { 'set-cookie': ['x=1; Path=/', 'jwt=at; HttpOnly; Path=/api'] } },
      'cookie:jwt',
    ],
    ['in a header', { headers: { authorization: 'Bearer at' } }, 'header:Authorization'],
    ['at the first of several places that holds one', { json: { b: 'at', c: 'no' } }, ['/a', '/b', '/c']],
    ['in the answer to a form of a page', { status: 302, headers: { 'set-cookie': 'sid=at' } }, 'cookie:sid'],
  ])('%s', async (_, reply, access) => {
    const { session } = await begun(reply, { tokens: { access } })
    expect(session.inner).toBe('at')
  })

  it.each(['accessToken', 'access_token', 'token', 'access', 'jwt'])(
    'as %s, when nothing is said',
    async (name) => {
      expect((await begun({ json: { [name]: 'at' } })).session.inner).toBe('at')
    },
  )

  it.each<[string, Reply, Places]>([
    ['that is no text', { json: { a: 7 } }, '/a'],
    ['that is empty', { json: { a: '' } }, '/a'],
    ['that every object has', { json: {} }, '/constructor/name'],
    ['in a cookie that is cleared', { headers: { 'set-cookie': 'jwt=at; Max-Age=0' } }, 'cookie:jwt'],
    [
      'in a cookie that has ended',
      { headers: { 'set-cookie': 'jwt=at; Expires=Thu, 01 Jan 1970 00:00:00 GMT' } },
      'cookie:jwt',
    ],
    ['that is nowhere', { text: '<html>' }, '/a'],
  ])('but none %s', async (_, reply, access) => {
    server.on('/login', reply)
    const api = opened({ ...base, ...ann, tokens: { access } }, server.url())
    expect(await api.signIn()).toMatchObject({ result: 'answered', status: 200 })
  })

  it('elsewhere after a renewal, where the description says so', async () => {
    const refresh = {
      path: '/refresh',
      accessToken: 'bearer',
      tokens: { access: '/refreshedToken' },
    } as const
    const { api, session } = await begun({ json: { token: 'at-1' } }, { refresh })
    server.on('/refresh', { json: { refreshedToken: 'at-2', token: 'no' } })
    expect((await api.rotated(await api.refresh(session.refreshToken ?? ''))).inner).toBe('at-2')
  })
})

describe('an access token lives', () => {
  const iso = (seconds: number) => new Date((NOW + seconds) * 1000).toISOString()
  it.each<[string, object, Partial<ApiDescription>, number]>([
    ['as long as expires_in says', { expires_in: 600 }, {}, 600],
    ['as long as expiresIn says, in text', { expiresIn: '600' }, {}, 600],
    ['as long as nothing says, when it cannot be read', { expiresIn: '15m' }, {}, 300],
    ['until a moment in seconds', { exp: NOW + 700 }, { tokens: { life: '/exp' } }, 700],
    ['until a moment in milliseconds', { ends: (NOW + 700) * 1000 }, { tokens: { life: '/ends' } }, 700],
    ['until a date', { at: iso(800) }, { tokens: { life: ['/nowhere', '/at'] } }, 800],
    ['until its own exp', { accessToken: foreignJwt({ exp: NOW + 500 }) }, {}, 500],
    [
      'from iat to exp, when the backend’s clock is ahead',
      { accessToken: foreignJwt({ iat: NOW + 90, exp: NOW + 390 }) },
      {},
      300,
    ],
    ['as long as the option says, when nothing else does', {}, { life: 450 }, 450],
    ['five minutes, when nothing does', {}, {}, 300],
    ['an hour at most', { expires_in: 86_400 }, {}, 3600],
    ['as long at most as the option says', { expires_in: 86_400 }, { maxLife: 60 }, 60],
    ['for a whole number of seconds', { expires_in: 59.9 }, {}, 59],
  ])('%s', async (_, json, description, life) => {
    const { session } = await begun({ json: { accessToken: 'at', ...json } }, description)
    expect(session.claims.expiresAt - session.claims.issuedAt).toBe(life)
  })

  it('as long as the cookie it came in', async () => {
    const reply = { headers: { 'set-cookie': 'jwt=at; Max-Age=240' } }
    const { session } = await begun(reply, { tokens: { access: 'cookie:jwt' } })
    expect(session.claims.expiresAt - session.claims.issuedAt).toBe(240)
  })

  it.each([{ expires_in: 0 }, { expires_in: -5 }, { accessToken: foreignJwt({ exp: NOW - 1 }) }])(
    'not at all, when it has ended already: %j',
    async (json) => {
      server.on('/login', { json: { accessToken: 'at', ...json } })
      const api = opened({ ...base, ...ann }, server.url())
      expect(await api.signIn()).toEqual({ result: 'unavailable', reason: 'issued_token_expired' })
    },
  )
})

describe('the refresh cookie lives', () => {
  it.each<[string, Reply, number | null]>([
    [
      'until the exp of a refresh token that is a JWT',
      { json: { token: 'a', refresh: foreignJwt({ exp: NOW + 9000 }) } },
      9000,
    ],
    [
      'as long as the cookie it came in',
      { json: { token: 'a' }, headers: { 'set-cookie': 'rt=r1; Max-Age=7000' } },
      7000,
    ],
    [
      'as long as the gateway’s option says, when the backend does not',
      { json: { token: 'a', refresh: 'r1' } },
      null,
    ],
  ])('%s', async (_, reply, maxAge) => {
    const { session } = await begun(reply, { tokens: { refresh: ['/refresh', 'cookie:rt'] } })
    expect(session.refreshTokenMaxAge).toBe(maxAge)
  })

  it('no longer after a renewal that keeps the refresh token', async () => {
    const { api, session } = await begun({ json: { token: 'a', refresh: foreignJwt({ exp: NOW + 9000 }) } })
    server.on('/refresh', { json: { token: 'a2' } })
    const renewed = await api.rotated(
      await api.refresh(session.refreshToken ?? '', contextAt(NOW + 1000)),
      NOW + 1000,
    )
    expect(renewed.refreshTokenMaxAge).toBe(8000)
  })

  it('and there is none where the backend gives nothing to renew with', async () => {
    expect((await begun({ json: { token: 'a' } })).session.refreshToken).toBeNull()
  })
})

describe('a session of one token that slides', () => {
  const sliding = {
    refresh: { path: '/me', method: 'GET', accessToken: 'cookie:sid' },
    tokens: { access: ['cookie:sid', 'sent'] },
    person: ({ answer: { id, name } }) => ({ id, userData: { name } }),
    authorize: 'cookie:sid',
  } satisfies Partial<ApiDescription>
  const login = { json: { id: 1, name: 'Ann' }, headers: { 'set-cookie': 'sid=s%3Aopaque; HttpOnly' } }

  it('goes on with the token that was sent, when the answer shows whose it is', async () => {
    const { api, session } = await begun(login, sliding)
    server.on('/me', { json: { id: 1, name: 'Ann B.' } })
    const renewed = await api.rotated(await api.refresh(session.refreshToken ?? ''))
    expect(server.last('/me').headers.cookie).toBe('sid=s%3Aopaque')
    expect(renewed).toMatchObject({ inner: 's%3Aopaque', userData: { name: 'Ann B.' } })
    expect(renewed.claims.sid).toBe(session.claims.sid)
  })

  it.each<[string, Reply]>([
    ['shows nobody', { json: {} }],
    ['is a page', { text: '<html>Sign in</html>' }],
    ['shows somebody else', { json: { id: 2 } }],
  ])('does not, when the answer %s', async (_, reply) => {
    const { api, session } = await begun(login, sliding)
    server.on('/me', reply)
    expect(await api.refresh(session.refreshToken ?? '')).toMatchObject({ result: 'unavailable' })
  })
})

describe('whose session it is', () => {
  const tokens = { token: 'a', refreshToken: 'r' }
  it.each<[string, object, Partial<ApiDescription>, string]>([
    ['is the subject, when nothing is said', { ...tokens, token: foreignJwt({ sub: 'ann' }) }, {}, 'ann'],
    [
      'may be a number',
      { ...tokens, user: { id: 7 } },
      { person: ({ answer }) => ({ id: answer.user.id }) },
      '7',
    ],
  ])('%s', async (_, json, { person }, id) => {
    server.on('/login', { json })
    const api = opened({ ...base, ...(person && { person }) }, server.url())
    expect((await api.begun(await api.signIn())).claims).toMatchObject({ subject: id, roles: [] })
  })

  it.each<[string, ApiDescription['person']]>([
    ['nothing', () => ({})],
    ['an empty id', () => ({ id: '' })],
    ['an id that is no whole number', () => ({ id: 1.5 })],
    ['an id that is an object', () => ({ id: {} as never })],
    ['no object', () => null as never],
    ['an error', ({ answer }) => ({ id: answer.user.id })],
  ])('has to be told: %s begins no session', async (_, person) => {
    server.on('/login', { json: tokens })
    const api = opened({ ...base, ...(person && { person }) }, server.url())
    expect(await api.signIn()).toMatchObject({
      result: 'unavailable',
      reason: expect.stringMatching(/^(no_person|backend_failed)$/),
    })
  })

  const asking = {
    me: '/me',
    person: ({ me: { email, roles } }) => ({ id: email, roles, userData: { email } }),
  } satisfies Partial<ApiDescription>

  it('is asked, with the access token, when no answer says', async () => {
    server.on('/me', { json: { email: 'ann@example.com', roles: ['admin', 7] } })
    const { session } = await begun({ json: tokens }, asking)
    expect(server.last('/me').headers.authorization).toBe('Bearer a')
    expect(session).toMatchObject({
      claims: { subject: 'ann@example.com', roles: ['admin', '7'] },
      userData: { email: 'ann@example.com' },
    })
  })

  it('is not asked when an answer says', async () => {
    server.on('/me', { status: 500 })
    await begun({ json: { ...tokens, id: 1 } }, { ...asking, person: ({ answer }) => ({ id: answer.id }) })
    expect(server.arrived.map(({ path }) => path)).toEqual(['/login'])
  })

  it.each<[string, Reply | (() => 'reset')]>([
    ['an error', { status: 500 }],
    ['nobody', { json: {} }],
    ['a lost connection', () => 'reset'],
  ])('cannot be told by %s of that call: no session begins', async (_, reply) => {
    server.on('/login', { json: tokens })
    server.on('/me', reply)
    const api = opened({ ...base, ...asking }, server.url())
    expect(await api.signIn()).toMatchObject({ result: 'unavailable' })
  })

  it('stays known through a renewal whose answers do not say: its tokens are not lost', async () => {
    server.on('/me', { json: { email: 'ann@example.com', roles: ['admin'] } })
    const { api, session } = await begun({ json: tokens }, asking)
    server.on('/refresh', { json: { token: 'a2' } })
    server.on('/me', { status: 503 })
    const renewed = await api.rotated(await api.refresh(session.refreshToken ?? ''))
    expect(renewed).toMatchObject({ inner: 'a2', claims: { subject: 'ann@example.com', roles: ['admin'] } })
  })

  it('is brought up to date by a renewal', async () => {
    const person = ({ answer: { roles } }: { answer: { roles: string[] } }) => ({
      id: 'ann',
      roles,
      userData: { roles },
    })
    const { api, session } = await begun({ json: { ...tokens, roles: ['admin'] } }, { person })
    server.on('/refresh', { json: { token: 'a2', roles: [] } })
    const renewed = await api.rotated(await api.refresh(session.refreshToken ?? ''))
    expect(renewed).toMatchObject({ claims: { roles: [], sid: session.claims.sid }, userData: { roles: [] } })
  })

  it.each([
    ['by its answer', { json: { token: 'a2', id: 'bob' } }],
    ['by its token', { json: { token: foreignJwt({ sub: 'bob' }) } }],
  ])('does not change with a renewal, %s', async (_, reply) => {
    const person: ApiDescription['person'] = ({ answer, claims }) => ({ id: answer.id ?? claims.sub })
    const { api, session } = await begun({ json: { ...tokens, id: 'ann' } }, { person })
    server.on('/refresh', reply)
    expect(await api.refresh(session.refreshToken ?? '')).toEqual({
      result: 'unavailable',
      reason: 'another_person',
      repeat: 'never',
    })
  })
})

describe('when and how the person has signed in', () => {
  const claimsOf = async (own: object) => (await begun({ json: { token: foreignJwt(own) } })).session

  it('is told by the backend’s own token (RFC 9068 2.2.1)', async () => {
    const { claims } = await claimsOf({ auth_time: NOW - 7, acr: 'urn:gold' })
    expect(claims).toMatchObject({ authenticatedAt: NOW - 7, acr: 'urn:gold' })
  })

  it('is now, when nothing tells: the backend has just taken the password', async () => {
    expect((await claimsOf({ auth_time: 'yesterday' })).claims).toMatchObject({
      authenticatedAt: NOW,
      acr: null,
    })
  })

  it('is not changed by a renewal', async () => {
    const { api, session } = await begun({ json: { token: 'at', refresh_token: 'rt' } }, {})
    server.on('/refresh', { json: { token: 'at-2' } })
    const renewed = await api.rotated(
      await api.refresh(session.refreshToken ?? '', contextAt(NOW + 500)),
      NOW + 500,
    )
    expect(renewed.claims.authenticatedAt).toBe(NOW)
  })
})

describe('an answer to a renewal', () => {
  async function answered(reply: Reply | (() => 'reset'), description: Partial<ApiDescription> = {}) {
    const { api, session } = await begun({ json: { token: 'a', refreshToken: 'r' } }, description)
    server.on('/refresh', reply)
    return api.refresh(session.refreshToken ?? '')
  }

  it.each<[string, Reply, string]>([
    ['401', { status: 401 }, 'status_401'],
    ['401 with a word', { status: 401, json: { error: 'token_revoked' } }, 'token_revoked'],
    ['401 with a sentence', { status: 401, json: { message: 'Token is blacklisted' } }, 'status_401'],
  ])('ends the session, when nothing is said: %s', async (_, reply, reason) => {
    expect(await answered(reply)).toEqual({ result: 'refused', reason })
  })

  it.each([400, 403, 404, 408, 409, 410, 419, 422, 440, 498, 500, 502, 503, 302])(
    'is an outage, and asked for once: %i',
    async (status) => {
      expect(await answered({ status, json: { error: 'invalid_grant' } })).toEqual({
        result: 'unavailable',
        reason: `status_${status}`,
        repeat: 'never',
      })
    },
  )

  it.each<[string, Reply]>([
    ['null', { json: null }],
    ['a page', { text: '<html>' }],
    ['no token', { json: { refreshToken: 'r2' } }],
  ])('with 200 and %s is one, too', async (_, reply) => {
    expect(await answered(reply)).toEqual({
      result: 'unavailable',
      reason: 'malformed_answer',
      repeat: 'never',
    })
  })

  it('ends it by the description’s word alone, whatever the status', async () => {
    const refused: ApiDescription['refused'] = (status, body) => status === 200 && body === null
    expect(await answered({ json: null }, { refused })).toEqual({ result: 'refused', reason: 'status_200' })
    expect(await answered({ status: 401 }, { refused })).toMatchObject({ result: 'unavailable' })
  })

  it('does not end it when that word fails', async () => {
    const refused: ApiDescription['refused'] = (_, body) => body.error.code === 'over'
    expect(await answered({ status: 400, text: 'oops' }, { refused })).toEqual({
      result: 'unavailable',
      reason: 'backend_failed',
      repeat: 'never',
    })
  })

  it('that is throttled is waited for', async () => {
    expect(await answered({ status: 429, headers: { 'retry-after': '3' } })).toEqual({
      result: 'unavailable',
      reason: 'status_429',
      retryAfter: 3000,
    })
  })

  it('that got lost is not asked for again, unless the description says so', async () => {
    expect(await answered(() => 'reset')).toEqual({
      result: 'unavailable',
      reason: 'no_answer',
      repeat: 'never',
    })
    expect(await answered(() => 'reset', { repeat: true })).toEqual({
      result: 'unavailable',
      reason: 'no_answer',
    })
    expect(await answered({ status: 502 }, { repeat: true })).toEqual({
      result: 'unavailable',
      reason: 'status_502',
    })
  })

  it('that nobody was there to give is asked for again', async () => {
    const { session } = await begun({ json: { token: 'a', refreshToken: 'r' } })
    const api = opened({ ...base, ...ann }, server.url())
    const refused = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }))
    const answer = await api.refresh(session.refreshToken ?? '', contextAt(NOW, { fetch: refused }))
    expect(answer).toEqual({ result: 'unavailable', reason: 'no_answer' })
  })
})

describe('an answer to a sign-in without tokens', () => {
  async function answered(reply: Reply | (() => 'reset'), description: Partial<ApiDescription> = {}) {
    server.on('/login', reply)
    return opened({ ...base, ...ann, ...description }, server.url()).signIn()
  }

  it.each([400, 401, 404, 429, 500])('is handed on: %i', async (status) => {
    const json = { error: 'no' }
    expect(await answered({ status, json })).toEqual({ result: 'answered', status, body: json })
  })

  it('is a refusal with 200, where the description says so', async () => {
    const refused: ApiDescription['refused'] = (_, body) => body.success === false
    const json = { success: false }
    expect(await answered({ json }, { refused })).toEqual({ result: 'answered', status: 401, body: json })
  })

  it('is none when the connection breaks', async () => {
    expect(await answered(() => 'reset')).toEqual({ result: 'unavailable', reason: 'no_answer' })
  })
})

describe('code of the description that throws', () => {
  const broken = (): never => {
    throw new TypeError('broken here')
  }
  const failed = {
    type: 'backend.failed',
    message: 'broken here',
    stack: expect.stringContaining('answers.test.ts'),
    traceId: null,
  }

  async function events(description: Partial<ApiDescription>, during: 'signIn' | 'refresh') {
    const told: GatewayEvent[] = []
    server.on('/login', { json: { token: 'a', refreshToken: 'r' } })
    server.on('/refresh', { json: { token: 'a2' } })
    const options = { onEvent: (event: GatewayEvent) => void told.push(event) }
    const api = opened({ ...base, ...ann, ...description }, server.url(), options)
    if (during === 'signIn') return { told, answer: await api.signIn() }
    const { session } = await begun({ json: { token: 'a', refreshToken: 'r' } })
    return { told, answer: await api.refresh(session.refreshToken ?? '') }
  }

  it.each<[string, Partial<ApiDescription>]>([
    ['refused', { refused: broken }],
    ['body', { refresh: { path: '/refresh', body: broken } }],
    ['a transport', { refresh: { path: '/refresh', refreshToken: broken } }],
  ])('in a renewal, `%s`: unavailable, and an event with its cause', async (_, description) => {
    const { told, answer } = await events(description, 'refresh')
    expect(answer).toMatchObject({ result: 'unavailable', reason: 'backend_failed', repeat: 'never' })
    expect(told).toEqual([failed])
  })

  it.each<[string, Partial<ApiDescription>, string]>([
    ['body', { signIn: { path: '/login', body: broken } }, 'backend_failed'],
    ['refused', { refused: broken, tokens: { access: '/nowhere' } }, 'backend_failed'],
    ['person', { person: broken }, 'backend_failed'],
  ])('in a sign-in, `%s`', async (_, description, reason) => {
    const { told, answer } = await events(description, 'signIn')
    expect([answer, told]).toEqual([{ result: 'unavailable', reason }, [failed]])
  })

  it('a `person` that finds nothing in one source and somebody in the next is no failure', async () => {
    server.on('/me', { json: { id: 'ann' } })
    const { told, answer } = await events(
      { me: '/me', person: ({ me }) => ({ id: me.id.toString() }) },
      'signIn',
    )
    expect([answer.result, told]).toEqual(['begun', []])
  })
})
