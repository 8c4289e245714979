import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { cookiesIn, createHarness, KINDS, refusing, UNREACHABLE } from './testing/harness.ts'

const PROTECTED = '/dashboard'
const CLEARED = { accessToken: '(cleared)', refreshToken: '(cleared)' }

describe('active', () => {
  it('a valid token passes, and nothing is set, asked or stored', async () => {
    const { backend, valid, send } = await createHarness()
    for (const cookies of [
      { accessToken: await valid(), refreshToken: 'r1' },
      { accessToken: await valid() },
    ]) {
      expect(await send(PROTECTED, { cookies })).toEqual({
        outcome: 'active',
        rewrite: null,
        session: {
          subject: 'user-1',
          sid: 'session-1',
          roles: ['user'],
          issuedAt: expect.any(Number),
          expiresAt: expect.any(Number),
          authenticatedAt: null,
          acr: null,
          accessToken: cookies.accessToken,
        },
        refusal: null,
        requestHeaders: null,
        setCookies: [],
        noStore: true,
        followsAction: false,
        renewal: null,
      })
    }
    expect(backend.calls).toEqual([])
  })

  it('an expiring token without a refresh token is as good as any', async () => {
    const { expiring, send } = await createHarness()
    expect(await send(PROTECTED, { cookies: { accessToken: await expiring() } })).toMatchObject({
      outcome: 'active',
      refusal: null,
      setCookies: [],
    })
  })
})

describe('renewed', () => {
  it.each(['expiring', 'expired', 'invalid', 'absent'] as const)(
    'an access token that is %s',
    async (state) => {
      const harness = await createHarness()
      const { backend, clock, events } = harness
      const presented = {
        expiring: { accessToken: await harness.expiring() },
        expired: { accessToken: await harness.expired() },
        invalid: { accessToken: 'a.b.c' },
        absent: {},
      }[state]
      const outcome = await harness.send(PROTECTED, { cookies: { ...presented, refreshToken: 'r1' } })
      const accessToken = await harness.token()
      expect(outcome).toMatchObject({ outcome: 'renewed', refusal: null, noStore: true })
      expect(outcome.session).toMatchObject({ subject: 'user-1', sid: 'session-1', accessToken })
      expect(cookiesIn(outcome)).toEqual({
        accessToken,
        refreshToken: 'r2',
        userDataEtls: expect.any(String),
      })
      expect(backend.calls.map((call) => call.refreshToken)).toEqual(['r1'])
      expect(events).toMatchObject(
        state === 'invalid' ? [{ type: 'access-token.invalid', reason: 'malformed' }] : [],
      )
      expect(decodeJwt(cookiesIn(outcome).userDataEtls ?? '')).toEqual({
        userData: { name: 'Ann' },
        sub: 'user-1',
        sid: 'session-1',
        exp: clock.seconds() + 900,
      })
    },
  )

  it('each cookie lives as long as what is in it', async () => {
    const { expired, send, backend, token } = await createHarness()
    const cookies = { accessToken: await expired(), refreshToken: 'r1' }
    const ages = async (given: typeof cookies) =>
      (await send(PROTECTED, { cookies: given })).setCookies.map((header) =>
        header.match(/^\w+|Max-Age=\d+/g),
      )
    expect(await ages(cookies)).toEqual([
      ['accessToken', 'Max-Age=900'],
      ['refreshToken', 'Max-Age=43200'],
      ['userDataEtls', 'Max-Age=900'],
    ])
    backend.answer = async () =>
      new Response('', {
        headers: [
          ['set-cookie', `accessToken=${await token()}`],
          ['set-cookie', 'refreshToken=r9; Max-Age=77'],
        ],
      })
    expect(await ages({ ...cookies, refreshToken: 'r8' })).toEqual([
      ['accessToken', 'Max-Age=900'],
      ['refreshToken', 'Max-Age=77'],
    ])
  })

  it('a backend that does not rotate its refresh token: the old one stays as it is', async () => {
    const { backend, expired, token, send } = await createHarness()
    backend.answer = async () => Response.json({ accessToken: await token() })
    const cookies = { accessToken: await expired(), refreshToken: 'r1', userDataEtls: 'stale' }
    const outcome = await send(PROTECTED, { cookies })
    expect(cookiesIn(outcome)).toEqual({ accessToken: await token(), userDataEtls: '(cleared)' })
  })

  it('also where nobody is asked to sign in: a public page may greet the person', async () => {
    const { expired, send } = await createHarness()
    const outcome = await send('/', { cookies: { accessToken: await expired(), refreshToken: 'r1' } })
    expect(outcome).toMatchObject({ outcome: 'renewed', refusal: null, session: { subject: 'user-1' } })
  })

  it('a route with `renew: always` renews a token that is still good', async () => {
    const { backend, valid, send } = await createHarness()
    const cookies = { accessToken: await valid(), refreshToken: 'r1' }
    expect((await send('/renew', { cookies })).outcome).toBe('renewed')
    expect((await send('/renew', { cookies: { accessToken: cookies.accessToken } })).outcome).toBe('active')
    backend.answer = UNREACHABLE
    expect(await send('/renew', { cookies: { ...cookies, refreshToken: 'r7' } })).toMatchObject({
      outcome: 'degraded',
      refusal: null,
    })
  })
})

describe('anonymous', () => {
  it('without cookies, a public path passes and a protected one does not', async () => {
    const { send, backend } = await createHarness()
    expect(await send('/')).toMatchObject({
      outcome: 'anonymous',
      session: null,
      refusal: null,
      noStore: false,
    })
    expect((await send(PROTECTED)).refusal?.status).toBe(303)
    expect(backend.calls).toEqual([])
  })

  it.each(['expired', 'invalid'])(
    'an %s token and no refresh token: the useless cookies are cleared',
    async (state) => {
      const { expired, send } = await createHarness()
      const accessToken = state === 'expired' ? await expired() : 'nonsense'
      const outcome = await send('/', { cookies: { accessToken, userDataEtls: 'u', theme: 'dark' } })
      expect(outcome).toMatchObject({ outcome: 'anonymous', session: null, noStore: true })
      expect(cookiesIn(outcome)).toEqual({ accessToken: '(cleared)', userDataEtls: '(cleared)' })
      expect(outcome.requestHeaders?.get('cookie')).toBe('theme=dark')
    },
  )
})

describe('ended', () => {
  it.each([400, 401, 403])(
    'the backend refuses with %i: cookies are cleared, and the person signs in again',
    async (status) => {
      const { backend, decisions, expired, send } = await createHarness()
      backend.answer = refusing(status, 'session_revoked')
      const cookies = { accessToken: await expired(), refreshToken: 'r1' }
      const outcome = await send(PROTECTED, { cookies })
      expect(outcome).toMatchObject({ outcome: 'ended', session: null, noStore: true })
      expect(outcome.refusal?.status).toBe(303)
      expect(cookiesIn(outcome)).toEqual(CLEARED)
      expect(decisions).toMatchObject([
        { type: 'session.ended', reason: 'session_revoked', sid: 'session-1' },
      ])
    },
  )

  it('also for a token that is only expiring: the backend’s word counts', async () => {
    const { backend, expiring, send } = await createHarness()
    backend.answer = refusing()
    expect(
      await send(PROTECTED, { cookies: { accessToken: await expiring(), refreshToken: 'r1' } }),
    ).toMatchObject({
      outcome: 'ended',
      session: null,
    })
  })

  it('a public path passes, with nobody', async () => {
    const { backend, expired, send } = await createHarness()
    backend.answer = refusing()
    const outcome = await send('/', { cookies: { accessToken: await expired(), refreshToken: 'r1' } })
    expect(outcome).toMatchObject({ outcome: 'ended', session: null, refusal: null })
    expect(cookiesIn(outcome)).toMatchObject(CLEARED)
    expect(outcome.requestHeaders?.get('cookie')).toBeNull()
  })
})

describe('roles', () => {
  it('every role that a path needs must be in the token, also in one just renewed', async () => {
    const { backend, expired, token, send } = await createHarness()
    const admin = { roles: ['user', 'admin'] }
    expect((await send('/admin', { cookies: { accessToken: await token(admin) } })).refusal).toBeNull()
    expect((await send('/admin', { cookies: { accessToken: await token() } })).refusal?.status).toBe(403)
    const cookies = { accessToken: await expired(), refreshToken: 'r1' }
    expect((await send('/admin', { cookies })).refusal?.status).toBe(403)
    backend.answer = async () => Response.json({ accessToken: await token(admin), refreshToken: 'r9' })
    expect((await send('/admin', { cookies: { ...cookies, refreshToken: 'r8' } })).refusal).toBeNull()
  })

  it('one that lacks a role is told so by kind of request, and stays signed in', async () => {
    const { expired, valid, send } = await createHarness()
    const page = await send('/admin', { cookies: { accessToken: await valid() } })
    expect(page.refusal?.headers.get('content-type')).toContain('text/html')
    const api = await send('/admin', { headers: KINDS.api, cookies: { accessToken: await valid() } })
    expect(await api.refusal?.json()).toMatchObject({ error: 'forbidden' })
    const renewed = await send('/admin', { cookies: { accessToken: await expired(), refreshToken: 'r1' } })
    expect(cookiesIn(renewed)).toMatchObject({ refreshToken: 'r2' })
  })
})
