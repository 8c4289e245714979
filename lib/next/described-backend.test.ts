import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { apiBackend } from '../backend/api-backend.ts'
import type { ApiDescription } from '../backend/description.ts'
import { apiServer } from '../backend/testing/api-server.ts'
import { appWith, createVisitor } from './testing/app-side.ts'

const visitor = createVisitor()
vi.mock('next/headers', () => visitor.nextHeaders)
vi.mock('next/server', async (original) => ({ ...(await original<object>()), connection: async () => {} }))

const server = apiServer()
beforeEach(() => {
  server.forget()
  visitor.jar.clear()
  server.on('/signin', ({ text }) => {
    const { who } = JSON.parse(text)
    return {
      json: { access: `at-${who}`, ...(who !== 'carol' && { refresh: `rt-${who}` }), who, roles: ['user'] },
    }
  })
  server.on('/signout', { status: 204 })
  server.on('/me', ({ headers }) => ({ json: { seen: headers.authorization ?? headers.cookie } }))
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const description = {
  signIn: '/signin',
  refresh: { path: '/renew', refreshToken: 'bearer' },
  signOut: { path: '/signout', refreshToken: 'body:token' },
  person: ({ answer: { who, roles } }) => ({ id: who, roles, userData: { name: who } }),
} satisfies ApiDescription

const open = (more: Partial<ApiDescription> = {}) =>
  appWith(
    { backend: apiBackend({ ...description, ...more }) },
    {
      REMOTE_API: server.url(),
      GATEWAY_SECRET: 'what the sessions of these tests are sealed with',
      ETLS_ACCESS: '',
    },
  )

const proxied = (path: string) =>
  [new Request(`http://app.test/api/backend/${path}`), { params: Promise.resolve({ path: [path] }) }] as const

describe('an app with a described backend', () => {
  it('signs in, and its pages, actions and route handlers know the person', async () => {
    const { app } = await open()
    const result = await app.signIn({ who: 'ann' })
    const session = { user: { id: 'ann', name: 'ann' }, roles: ['user'], endsAt: null }
    expect(result).toMatchObject({ ok: true, session })
    expect([...visitor.jar.keys()].sort()).toEqual(['accessToken', 'refreshToken', 'userDataEtls'])
    expect(await app.getSession()).toMatchObject(session)
    expect(await app.requireSession({ roles: ['user'] })).toMatchObject(session)
  })

  it('says in the browser’s cookies nothing of the refresh token', async () => {
    const { app } = await open()
    await app.signIn({ who: 'ann' })
    expect(Buffer.from(visitor.jar.get('refreshToken') ?? '', 'base64url').toString('latin1')).not.toContain(
      'rt-ann',
    )
    expect(visitor.cookieHeader()).not.toContain('rt-ann')
  })

  it.each<[string, Partial<ApiDescription>, string]>([
    ['a bearer token', {}, 'Bearer at-ann'],
    ['a bare token', { authorize: 'header:authorization' }, 'at-ann'],
    ['a cookie', { authorize: 'cookie:jwt' }, 'jwt=at-ann'],
  ])('calls its API with %s, directly and through the proxy', async (_, more, seen) => {
    const { app } = await open(more)
    await app.signIn({ who: 'ann' })
    expect(await (await app.backendFetch('/me')).json()).toEqual({ seen })
    const proxy = app.createBackendProxy()
    expect(await (await proxy(...proxied('me'))).json()).toEqual({ seen })
  })

  it('lets people without a session through the proxy where it is said, with no token, and nowhere else', async () => {
    server.on('/register', ({ headers }) => ({ status: 201, json: { seen: headers.authorization ?? null } }))
    const { app } = await open()
    expect((await app.createBackendProxy()(...proxied('register'))).status).toBe(401)
    const answer = await app.createBackendProxy({ signedOut: 'pass' })(...proxied('register'))
    expect([answer.status, await answer.json()]).toEqual([201, { seen: null }])
    await app.signIn({ who: 'ann' })
    const known = await app.createBackendProxy({ signedOut: 'pass' })(...proxied('me'))
    expect(await known.json()).toEqual({ seen: 'Bearer at-ann' })
  })

  it('passes nobody on as signed out while it cannot be told whether they are', async () => {
    const { app } = await open()
    const proxy = app.createBackendProxy({ signedOut: 'pass' })
    visitor.headers.set('server-timing', 'session;desc="degraded";dur=5.0')
    onTestFinished(() => visitor.headers.delete('server-timing'))
    const answer = await proxy(...proxied('register'))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(server.arrived.filter(({ path }) => path === '/register')).toEqual([])
  })

  it('tells of an API that gave the proxy no answer', async () => {
    server.on('/gone', () => 'reset')
    const { app, events } = await open()
    await app.signIn({ who: 'ann' })
    expect((await app.createBackendProxy()(...proxied('gone'))).status).toBe(503)
    expect(events).toEqual([
      {
        type: 'backend.failed',
        message: expect.stringMatching(/^proxy: fetch failed: ./),
        stack: expect.stringContaining('TypeError'),
        traceId: null,
      },
      { type: 'backend.unavailable', reason: 'no_answer', traceId: null },
    ])
    expect(JSON.stringify(events)).not.toContain('at-ann')
  })

  it('tells of nothing when the visitor leaves in the middle', async () => {
    const { app, events } = await open()
    await app.signIn({ who: 'ann' })
    const [request, context] = proxied('me')
    const signal = AbortSignal.abort()
    expect((await app.createBackendProxy()(new Request(request, { signal }), context)).status).toBe(503)
    expect(events).toEqual([])
  })

  it.each([
    ['notes?page=2', '/notes/', { page: '2' }],
    ['picture.png', '/picture.png', {}],
  ])('calls %s as %s of an API whose paths end with a slash', async (path, called, query) => {
    server.on(called, {})
    const { app } = await open({ trailingSlash: true })
    await app.signIn({ who: 'ann' })
    expect((await app.createBackendProxy()(...proxied(path))).status).toBe(200)
    expect(server.last(called).query).toEqual(query)
    // A route of its own may say otherwise.
    expect((await app.createBackendProxy({ trailingSlash: false })(...proxied('me'))).status).toBe(200)
  })

  it('lets no cookie of the browser stand beside the one that says who calls', async () => {
    const { app } = await open({ authorize: 'cookie:jwt' })
    await app.signIn({ who: 'ann' })
    const [request, context] = proxied('me')
    const headers = { cookie: 'jwt=at-bob; lang=de' }
    const answer = await app.createBackendProxy()(new Request(request, { headers }), context)
    expect(await answer.json()).toEqual({ seen: 'lang=de; jwt=at-ann' })
  })

  it('signs out at the backend, as the description says, and here', async () => {
    const { app, events } = await open()
    await app.signIn({ who: 'ann' })
    await app.signOut()
    expect(JSON.parse(server.last('/signout').text)).toEqual({ token: 'rt-ann' })
    expect([...visitor.jar.keys()]).toEqual(['signedOut'])
    expect(await app.getSession()).toBeNull()
    expect(events).toEqual([])
  })

  it.each<[string, Parameters<typeof server.on>[1], string]>([
    ['refuses', { status: 500 }, 'status_500'],
    ['does not answer', () => 'reset', 'no_answer'],
  ])('signs out here, and says so, when the backend %s', async (_, reply, reason) => {
    server.on('/signout', reply)
    const { app, events } = await open()
    await app.signIn({ who: 'ann' })
    await app.signOut()
    expect(await app.getSession()).toBeNull()
    expect(events).toEqual([{ type: 'backend.sign-out-failed', reason, traceId: null }])
  })

  it('ends a session here alone', async () => {
    const { app } = await open()
    await app.signIn({ who: 'ann' })
    await app.endSession()
    expect([...visitor.jar.keys()]).toEqual(['signedOut'])
    expect(server.arrived.map(({ path }) => path)).toEqual(['/signin'])
  })

  it('begins a session with tokens that were had in another way', async () => {
    const { app } = await open()
    const tokens = { accessToken: 'at-link', refreshToken: 'rt-link', expiresIn: 60, answer: { who: 'dora' } }
    const result = await app.startSession(tokens)
    expect(result).toMatchObject({ ok: true, session: { user: { id: 'dora', name: 'dora' } } })
    const session = await app.getSession()
    expect((session?.expiresAt ?? 0) - (session?.issuedAt ?? 0)).toBe(60)
    expect(await (await app.backendFetch('/me')).json()).toEqual({ seen: 'Bearer at-link' })
  })

  it('says what the backend says of a wrong password', async () => {
    server.on('/signin', { status: 401, json: { error: 'bad_password', message: 'That is not it.' } })
    const { app, events } = await open()
    const error = { code: 'bad_password', message: 'That is not it.' }
    expect(await app.signIn({ who: 'ann' })).toEqual({ ok: false, error })
    expect(events).toEqual([])
  })

  it('begins none, and tells of it, when the backend cannot be understood', async () => {
    server.on('/signin', { text: '<html>' })
    const { app, events } = await open()
    expect(await app.signIn({ who: 'ann' })).toMatchObject({
      ok: false,
      error: { code: 'temporarily_unavailable' },
    })
    expect(events).toEqual([{ type: 'backend.unavailable', reason: 'malformed_answer', traceId: null }])
    expect(visitor.jar.size).toBe(0)
  })
})

describe('making an account', () => {
  const account = { who: 'ann', email: 'ann@example.com' }

  it('signs in to it, where the answer holds no tokens', async () => {
    server.on('/register', { status: 201, json: { id: 1 } })
    const { app } = await open({ register: '/register' })
    expect(await app.register(account)).toMatchObject({ ok: true, session: { user: { id: 'ann' } } })
    expect(server.arrived.map(({ path }) => path)).toEqual(['/register', '/signin'])
  })

  it('goes on with the tokens of its answer, where there are some', async () => {
    server.on('/register', { status: 201, json: { access: 'at-new', who: 'ann' } })
    const { app } = await open({ register: '/register' })
    expect(await app.register(account)).toMatchObject({ ok: true })
    expect(server.arrived.map(({ path }) => path)).toEqual(['/register'])
  })

  it('says what the backend says against it', async () => {
    server.on('/register', { status: 409, json: { error: 'email_taken', fields: { email: 'taken' } } })
    const { app } = await open({ register: '/register' })
    expect(await app.register(account)).toMatchObject({
      ok: false,
      error: { code: 'email_taken', fields: { email: 'taken' } },
    })
  })

  it('is not possible where the backend has no such call', async () => {
    const { app, events } = await open()
    expect(await app.register(account)).toMatchObject({
      ok: false,
      error: { code: 'temporarily_unavailable' },
    })
    expect(events).toMatchObject([{ reason: 'no_such_call' }])
  })
})

describe('signing in as somebody else', () => {
  it.each(['signIn', 'startSession'] as const)('%s leaves nothing of the person before', async (how) => {
    const { app } = await open()
    await app.signIn({ who: 'ann' })
    const before = new Map(visitor.jar)
    const result =
      how === 'signIn'
        ? await app.signIn({ who: 'carol' })
        : await app.startSession({ accessToken: 'at-carol', answer: { who: 'carol' } })
    expect(result.ok).toBe(true)
    for (const [name, value] of before) expect([name, visitor.jar.get(name)]).not.toEqual([name, value])
    // Carol's session cannot be renewed: there is no refresh cookie, above all not Ann's.
    expect([...visitor.jar.keys()].sort()).toEqual(['accessToken', 'signedOut', 'userDataEtls'])
    expect(await app.getSession()).toMatchObject({ user: { id: 'carol', name: 'carol' } })
  })

  it('keeps an answer out that is still under way to the person before, and her old cookies too', async () => {
    const { app } = await open()
    await app.signIn({ who: 'ann' })
    const late = new Map(visitor.jar)
    await app.signIn({ who: 'bob' })
    expect(await app.getSession()).toMatchObject({ user: { id: 'bob' } })
    for (const [name, value] of late) visitor.jar.set(name, value)
    expect(await app.getSession()).toBeNull()
  })
})

it('a file whose backend has not come into the bundle ends the start', async () => {
  vi.stubEnv('EVERGATE_BACKEND', './session-backend.ts')
  const { app } = await appWith({}, { REMOTE_API: server.url() })
  await expect(app.getSession()).rejects.toThrow(
    './session-backend.ts must export its backend as the default',
  )
})

describe('a backend of somebody’s own that throws', () => {
  const broken = () => {
    throw new TypeError('broken here', { cause: new Error('at-secret-of-ann is no good') })
  }
  const failed = (place: string, more = '') => ({
    type: 'backend.failed',
    message: `${place}: broken here: ${more}`,
    stack: expect.stringContaining('described-backend.test.ts'),
    traceId: expect.anything(),
  })
  const openBroken = (backend: object) =>
    appWith(
      { backend: { refresh: broken, ...backend } as never },
      { REMOTE_API: server.url(), ETLS_ACCESS: 'what the sessions of these tests are signed with' },
    )

  it.each(['signIn', 'register'] as const)(
    'in %s: nobody is signed in, and the cause is told',
    async (name) => {
      const { app, events } = await openBroken({ [name]: broken })
      const result = await app[name]({ email: 'ann@example.com', password: 'p', name: 'Ann' })
      expect(result).toMatchObject({ ok: false, error: { code: 'temporarily_unavailable' } })
      expect(events).toEqual([
        failed('backend', 'at-secret-of-ann is no good'),
        { type: 'backend.unavailable', reason: 'backend_failed', traceId: null },
      ])
    },
  )

  it('in signOut: the session is over here, and the cause is told without its tokens', async () => {
    visitor.jar.set('refreshToken', 'at-secret-of-ann')
    const { app, events } = await openBroken({ signOut: broken })
    await app.signOut()
    expect([...visitor.jar.keys()]).toEqual([])
    expect(events).toEqual([
      { ...failed('signOut', '(left out) is no good'), traceId: null },
      { type: 'backend.sign-out-failed', reason: 'no_answer', traceId: null },
    ])
  })
})
