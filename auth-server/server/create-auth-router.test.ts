import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import express, { type ErrorRequestHandler } from 'express'
import { describe, expect, it } from 'vitest'
import type { AuthEvent, RouteName } from '../index.ts'
import { watchStore } from '../store/watch-store.ts'
import type { Reply, RequestOptions } from '../testing/client.ts'
import { temporaryStore } from '../testing/harness.ts'
import { aRouter, serve, tableOfUsers } from '../testing/host.ts'

const newcomer = { email: 'grace@example.com', password: 'correct horse', name: 'Grace' }

describe('mounted under a prefix', () => {
  it('does all that the auth server does', async () => {
    const { auth } = await aRouter()
    const app = await serve(express().use('/auth', auth))
    const registered = await app.post('/auth/register', { json: newcomer })
    expect(registered.status).toBe(201)
    for (const cookie of registered.setCookies) expect(cookie).toContain('; Path=/;')
    const { refreshToken } = registered.body
    const { status, body } = await app.post('/auth/refreshtoken', { refreshToken })
    expect(status).toBe(200)
    const bearer = body.accessToken
    expect((await app.get('/auth/me', { bearer })).body).toMatchObject({ email: newcomer.email })
    const [session] = (await app.get('/auth/sessions', { bearer })).body.sessions
    expect((await app.delete(`/auth/sessions/${session.sid}`, { bearer })).status).toBe(204)
    expect((await app.get('/auth/me', { bearer })).status).toBe(401)
    expect((await app.post('/auth/login', { form: newcomer })).status).toBe(200)
    expect((await app.get('/auth/.well-known/jwks.json')).body).toEqual({ keys: [] })
    expect((await app.get('/auth/readyz')).status).toBe(200)
  })

  it('sends the headers of a careful server with its answers, its errors too', async () => {
    const { auth } = await aRouter()
    const app = await serve(express().use('/auth', auth))
    for (const reply of [
      await app.get('/auth/livez'),
      await app.get('/auth/me'),
      await app.delete('/auth/sessions/%E0%A4%A'),
    ]) {
      expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(reply.headers.get('cache-control')).toBe('no-store')
      // Of the whole host, so the app's to say.
      expect(reply.headers.get('strict-transport-security')).toBeNull()
    }
  })
})

describe('leaves to the app', () => {
  const itsError: ErrorRequestHandler = (error, _req, res, _next) => {
    res.status(418).json({ itsError: error.message })
  }

  /** Mounted at the root, where everything the app has could get in its way. */
  async function anApp() {
    const { auth } = await aRouter()
    const app = express()
    app.use(auth)
    app.use(express.json({ limit: '1mb' }))
    app.get('/login', (_req, res) => void res.json({ page: 'sign in here' }))
    app.post('/upload', (req, res) => void res.json({ length: req.body.text.length }))
    app.get('/broken', () => {
      throw new Error('broken')
    })
    app.options('/login', (_req, res) => void res.status(204).set('Allow', 'everything').end())
    app.use((_req, res) => void res.status(404).json({ its: 'own 404' }))
    app.use(itsError)
    return await serve(app)
  }

  it('its own method at a path that both have', async () => {
    expect((await (await anApp()).get('/login')).body).toEqual({ page: 'sign in here' })
  })

  it('the headers of its answers', async () => {
    const { headers } = await (await anApp()).get('/login')
    expect(headers.get('content-security-policy')).toBeNull()
    expect(headers.get('cache-control')).toBeNull()
    expect(headers.get('etag')).not.toBeNull()
    expect(headers.get('x-powered-by')).toBe('Express')
  })

  it('bodies that the auth server would find too large', async () => {
    const { body } = await (await anApp()).post('/upload', { json: { text: 'x'.repeat(100_000) } })
    expect(body).toEqual({ length: 100_000 })
  })

  it('its errors, its 404 and its answers to OPTIONS', async () => {
    const app = await anApp()
    expect(await app.get('/broken')).toMatchObject({ status: 418, body: { itsError: 'broken' } })
    expect(await app.get('/nowhere')).toMatchObject({ status: 404, body: { its: 'own 404' } })
    expect((await app.send('OPTIONS', '/login')).headers.get('allow')).toBe('everything')
  })

  it('its errors before the router', async () => {
    const { auth } = await aRouter()
    const failing = express().use(express.json(), auth, itsError)
    const reply = await (await serve(failing)).post('/login', {
      raw: '{"email":',
      headers: { 'content-type': 'application/json' },
    })
    expect(reply.status).toBe(418)
  })

  const calls: Record<RouteName, [method: string, path: string]> = {
    register: ['POST', '/register'],
    login: ['POST', '/login'],
    refresh: ['POST', '/refreshtoken'],
    logout: ['POST', '/logout'],
    logoutAll: ['POST', '/logout-all'],
    sessions: ['GET', '/sessions'],
    endSession: ['DELETE', '/sessions/x'],
    password: ['POST', '/password'],
    forgotPassword: ['POST', '/password/forgot'],
    resetPassword: ['POST', '/password/reset'],
    sendVerification: ['POST', '/email/verify/send'],
    verifyEmail: ['POST', '/email/verify'],
    changeEmail: ['POST', '/email/change'],
    confirmEmail: ['POST', '/email/change/confirm'],
    factors: ['GET', '/factors'],
    removeFactor: ['DELETE', '/factors/x'],
    recoveryCodes: ['POST', '/factors/recovery-codes'],
    setUpTotp: ['POST', '/factors/totp'],
    confirmTotp: ['POST', '/factors/totp/confirm'],
    setUpPasskey: ['POST', '/factors/passkeys/challenge'],
    addPasskey: ['POST', '/factors/passkeys'],
    askForPasskey: ['POST', '/passkeys/challenge'],
    ended: ['GET', '/ended'],
    me: ['GET', '/me'],
    exportMe: ['POST', '/me/export'],
    deleteMe: ['DELETE', '/me'],
    admin: ['GET', '/admin/users'],
    jwks: ['GET', '/.well-known/jwks.json'],
    livez: ['GET', '/livez'],
    readyz: ['GET', '/readyz'],
  }
  it('routes that its page names', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/auth-server-as-a-part.md'), 'utf8')
    for (const name of Object.keys(calls)) expect(page).toContain(`\`${name}\``)
  })

  it.each(Object.entries(calls))('a route that was left out, and only that: %s', async (name, left) => {
    const mail = { sendMail: async () => {}, appUrl: 'https://app.example' }
    const { auth } = await aRouter({
      routes: { [name]: false },
      mail,
      secondFactor: 'on',
      appUrl: 'https://app.example',
    })
    const app = await serve(express().use(auth, (_req, res) => void res.status(404).json({ its: 'own 404' })))
    for (const call of Object.values(calls)) {
      const { body } = await app.send(...call)
      if (call === left) expect(body).toEqual({ its: 'own 404' })
      else expect(body ?? {}).not.toEqual({ its: 'own 404' })
    }
  })
})

describe('a body', () => {
  it.each([
    ['nobody has parsed', []],
    ['the app has parsed as JSON', [express.json()]],
    ['the app has parsed as JSON or as a form', [express.json(), express.urlencoded({ extended: true })]],
  ])('is read when %s', async (_title, parsers) => {
    const { auth } = await aRouter({ users: (await tableOfUsers()).users })
    const app = express()
    for (const parser of parsers) app.use(parser)
    const { post } = await serve(app.use(auth))
    const credentials = { email: 'ada@example.com', password: 'correct horse' }
    expect((await post('/login', { json: credentials })).status).toBe(200)
    expect((await post('/login', { form: credentials })).status).toBe(200)
    expect((await post('/login', { json: { email: [] } })).status).toBe(422)
    const tooLarge = { ...credentials, more: 'x'.repeat(20_000) }
    expect((await post('/login', { json: tooLarge })).status).toBe(413)
  })
})

it('believes whom the app’s own `trust proxy` believes', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' }
  const addresses: (string | undefined)[] = []
  for (const trusts of [false, true]) {
    const { auth, events } = await aRouter()
    const app = express().set('trust proxy', trusts).use(auth)
    const { setCookies } = await (await serve(app)).post('/register', { json: newcomer, headers })
    addresses.push(events[0]?.address)
    for (const cookie of setCookies) expect(/; Secure$/.test(cookie)).toBe(trusts)
  }
  expect(addresses).toEqual(['127.0.0.1', '203.0.113.9'])
})

describe('events', () => {
  it('tell the life of a session, and never a token', async () => {
    const { auth, events } = await aRouter()
    const app = await serve(express().use(auth))
    const replies: Reply[] = []
    const call = async (path: string, options: RequestOptions) => {
      const reply = await app.post(path, { ...options, headers: { 'user-agent': 'a browser' } })
      replies.push(reply)
      return reply.body
    }
    const first = await call('/register', { json: newcomer })
    const userId = first.userData.id
    const second = await call('/refreshtoken', first)
    await call('/refreshtoken', { refreshToken: first.refreshToken })
    await call('/refreshtoken', { refreshToken: second.refreshToken })
    await call('/refreshtoken', { refreshToken: first.refreshToken })
    await call('/login', { json: { ...newcomer, password: 'wrong' } })
    const { accessToken, refreshToken } = await call('/login', { json: newcomer })
    const change = { current: newcomer.password, next: 'incorrect horse' }
    const changed = await call('/password', { bearer: accessToken, json: change })
    await call('/logout', { refreshToken: changed.refreshToken })

    const [sid, other, newest] = [first, { refreshToken }, changed].map(
      (grant) => grant.refreshToken.split('.')[1],
    )
    const whose = { userId, address: '127.0.0.1', userAgent: 'a browser' }
    expect(events).toEqual([
      { event: 'registered', ...whose },
      { event: 'signed-in', sid, by: 'registration', ...whose },
      { event: 'rotated', sid, generation: 1, ...whose },
      { event: 'replayed', sid, generation: 1, ...whose },
      { event: 'rotated', sid, generation: 2, ...whose },
      { event: 'reuse-detected', sid, presented: 0, newest: 2, ...whose },
      { event: 'refresh-refused', reason: 'reused', sid, ...whose },
      { event: 'password-refused', at: 'sign-in', ...whose },
      { event: 'signed-in', sid: other, by: 'password', ...whose },
      { event: 'password-changed', sid: other, ...whose },
      { event: 'sessions-ended', reason: 'password-changed', count: 1, ...whose },
      { event: 'signed-in', sid: newest, by: 'password-change', ...whose },
      { event: 'signed-out', sid: newest, ...whose },
    ])
    const told = JSON.stringify(events)
    for (const { body } of replies)
      for (const token of [body?.accessToken, body?.refreshToken].filter(Boolean)) {
        expect(told).not.toContain(token)
        expect(told).not.toContain(token.split('.').at(-1))
      }
  })

  it('tell of tries that were too many', async () => {
    const { auth, events } = await aRouter({ signInLimits: { pair: { points: 1, seconds: 60 } } })
    const app = await serve(express().use(auth))
    const wrong = { json: { email: 'nobody@example.com', password: 'wrong' } }
    await app.post('/login', wrong)
    expect((await app.post('/login', wrong)).status).toBe(429)
    expect(events.at(-1)).toEqual({
      event: 'tries-limited',
      at: 'sign-in',
      address: '127.0.0.1',
      userAgent: 'node',
    })
  })

  it.each<[string, () => unknown]>([
    ['answers something', () => 1],
    [
      'throws',
      () => {
        throw new Error('handler broke')
      },
    ],
    ['rejects', () => Promise.reject(new Error('handler broke'))],
    ['never ends', () => new Promise(() => {})],
  ])('hold up no request, and fail none, when the handler %s', async (how, onEvent) => {
    const { auth, log } = await aRouter({ onEvent })
    const app = await serve(express().use(auth))
    const { refreshToken } = (await app.post('/register', { json: newcomer })).body
    expect((await app.post('/refreshtoken', { refreshToken })).status).toBe(200)
    if (how === 'throws' || how === 'rejects') expect(log()).toContain('handler broke')
    else expect(log()).not.toContain('onEvent')
  })
})

it.each([
  ['one call to the store', false, ['sessions.renew']],
  [
    'two where the users are elsewhere, who are asked between them',
    true,
    ['sessions.find', 'sessions.advance'],
  ],
] as const)('renews with %s, whoever listens', async (_title, elsewhere, expected) => {
  const calls: string[] = []
  const observer = { known: () => {}, ended: (call: string) => void calls.push(call) }
  const store = watchStore(await temporaryStore(Date.now), observer)
  const { auth } = await aRouter({ store, ...(elsewhere && { users: (await tableOfUsers()).users }) })
  const app = await serve(express().use(auth))
  const { refreshToken } = await app.newcomer('grace@example.com')
  calls.length = 0
  expect((await app.refresh(refreshToken)).status).toBe(200)
  expect(calls).toEqual(expected)
})

describe('callerOf', () => {
  it('names whoever a good token names, until their session ends', async () => {
    const { auth } = await aRouter()
    const app = express().use('/auth', auth)
    app.get('/mine', async (req, res) => void res.json({ caller: (await auth.callerOf(req)) ?? 'nobody' }))
    const { get, post } = await serve(app)
    const { accessToken, refreshToken, userData } = (await post('/auth/register', { json: newcomer })).body
    const caller = async (bearer: string) => (await get('/mine', { bearer })).body.caller
    expect(await caller(accessToken)).toEqual({ user: userData, sid: refreshToken.split('.')[1] })
    expect(await caller(`${accessToken}x`)).toBe('nobody')
    expect((await get('/mine')).body.caller).toBe('nobody')
    await auth.endSessionsOf(userData.id, 'ended-by-user')
    expect(await caller(accessToken)).toBe('nobody')
  })
})

describe('endSessionsOf', () => {
  it('ends every session of the user and nobody else’s, and says so once', async () => {
    const { auth, events } = await aRouter()
    const app = await serve(express().use(auth))
    const other = (await app.newcomer('other@example.com')).refreshToken
    const { userData, ...first } = await app.newcomer()
    const second = (await app.post('/login', { json: first })).body
    events.length = 0
    expect(await auth.endSessionsOf(userData.id, 'user-disabled')).toBe(2)
    expect(await auth.endSessionsOf(userData.id, 'user-disabled')).toBe(0)
    expect(events).toEqual<AuthEvent[]>([
      { event: 'sessions-ended', reason: 'user-disabled', count: 2, userId: userData.id },
    ])
    for (const { refreshToken } of [first, second])
      expect((await app.refresh(refreshToken)).body.error).toBe('session_revoked')
    expect((await app.refresh(other)).status).toBe(200)
  })

  it('with user-gone removes their second factors, and with password-changed the trust in their devices', async () => {
    const { auth, store } = await aRouter({ secondFactor: 'totp' })
    const factor = { userId: 'theirs', name: '', data: '', counter: 0, life: null }
    for (const kind of ['totp', 'trusted-device'] as const)
      await store.factors.add({ ...factor, id: kind, kind })
    await auth.endSessionsOf('theirs', 'ended-by-user')
    expect(await store.factors.list('theirs')).toHaveLength(2)
    await auth.endSessionsOf('theirs', 'password-changed')
    expect(await store.factors.list('theirs')).toMatchObject([{ kind: 'totp' }])
    await auth.endSessionsOf('theirs', 'user-gone')
    expect(await store.factors.list('theirs')).toEqual([])
  })
})
