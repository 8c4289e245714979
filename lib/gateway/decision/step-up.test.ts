import { describe, expect, it } from 'vitest'
import type { PathRule, SessionRequirement } from '../request/routes.ts'
import { cookiesIn, createHarness, KINDS, UNREACHABLE } from '../testing/harness.ts'
import { unmetBy } from './step-up.ts'

const NOW = 1_900_000_000
const LIMIT = 300
const RULES: PathRule[] = [
  { path: '/', require: 'public' },
  { path: '/pay', require: { authenticatedWithin: LIMIT } },
  { path: '/vault', require: { acr: ['urn:gold', 'urn:silver'] } },
  { path: '/both', require: { authenticatedWithin: LIMIT, acr: ['urn:gold'] } },
  { path: '/admin', require: { roles: ['admin'], authenticatedWithin: LIMIT } },
]

/** A visitor who has signed in so many seconds ago; null: the backend does not tell. */
async function visitor(ago: number | null, claims: object = {}) {
  const harness = await createHarness({ rules: RULES })
  const { backend, clock, send, token } = harness
  const auth_time = ago === null ? undefined : clock.seconds() - ago
  const signedIn = { ...(auth_time !== undefined && { auth_time }), ...claims }
  backend.answer = async () =>
    Response.json({ accessToken: await token(signedIn), refreshToken: 'r2', userData: {} })
  const cookies = { accessToken: await token(signedIn), refreshToken: 'r1' }
  const open = (path: string, kind: keyof typeof KINDS = 'document', method = 'GET') =>
    send(path, { cookies, headers: KINDS[kind], method })
  return { ...harness, cookies, signedIn, open }
}

describe('what a sign-in does not meet', () => {
  const unmet = (signIn: object, ...requirements: SessionRequirement[]) =>
    unmetBy({ authenticatedAt: null, acr: null, ...signIn }, requirements, NOW)
  const young = { authenticatedWithin: LIMIT }

  it.each([
    ['now', NOW, true],
    ['within the limit', NOW - LIMIT, true],
    ['a second too long ago', NOW - LIMIT - 1, false],
    ['by a clock that is a little ahead', NOW + 5, true],
    ['in milliseconds, which would be young for ever', NOW * 1000, false],
    ['nobody knows when', null, false],
    ['in 1970', 0, false],
  ])('signed in %s', (_, authenticatedAt, isMet) => {
    expect(unmet({ authenticatedAt }, young)).toBe(isMet ? undefined : young)
  })

  it.each([
    ['urn:gold', true],
    ['urn:silver', true],
    ['urn:bronze', false],
    ['URN:GOLD', false],
    [null, false],
  ])('acr %s', (acr, isMet) => {
    const sure = { acr: ['urn:gold', 'urn:silver'] }
    expect(unmet({ acr }, sure)).toBe(isMet ? undefined : sure)
  })

  it('every requirement counts, and the first that is not met is told', () => {
    expect(unmet({ authenticatedAt: NOW }, {}, { roles: ['x'] }, young)).toBeUndefined()
    expect(unmet({ authenticatedAt: NOW - 60 }, young, { authenticatedWithin: 10 })).toEqual({
      authenticatedWithin: 10,
    })
    expect(unmet({}, { acr: [] })).toEqual({ acr: [] })
  })

  it('of `session` and `public` there is nothing to meet', () => {
    expect(unmetBy({ authenticatedAt: null, acr: null }, 'session', NOW)).toBeUndefined()
    expect(unmetBy({ authenticatedAt: null, acr: null }, 'public', NOW)).toBeUndefined()
  })
})

describe('a rule with `authenticatedWithin`', () => {
  it('lets pass who has signed in a moment ago, with the session', async () => {
    const { open, clock, signedIn } = await visitor(LIMIT)
    const outcome = await open('/pay')
    expect(outcome).toMatchObject({ outcome: 'active', refusal: null })
    expect(outcome.session).toMatchObject({ authenticatedAt: clock.seconds() - LIMIT, acr: null })
    expect(signedIn).toEqual({ auth_time: clock.seconds() - LIMIT })
  })

  it('leads a document to the sign-in page, with the reason and the way back; the session goes on', async () => {
    const { open } = await visitor(LIMIT + 1)
    const { refusal, outcome, session, setCookies } = await open('/pay?bill=7')
    expect([refusal?.status, outcome, setCookies]).toEqual([303, 'active', []])
    expect(session).not.toBeNull()
    expect(refusal?.headers.get('location')).toBe(
      '/login?returnTo=%2Fpay%3Fbill%3D7&reason=reauthenticate&max_age=300',
    )
    expect((await open('/elsewhere')).refusal).toBeNull()
  })

  it('leads a form that is posted without JavaScript back to the page it stands on', async () => {
    const { send, cookies } = await visitor(LIMIT + 1)
    const headers = {
      ...KINDS.document,
      'sec-fetch-site': 'same-origin',
      referer: 'http://app.test/bills?page=2',
    }
    const { refusal } = await send('/pay', { method: 'POST', headers, cookies })
    expect([refusal?.status, refusal?.headers.get('location')]).toEqual([
      303,
      '/login?returnTo=%2Fbills%3Fpage%3D2&reason=reauthenticate&max_age=300',
    ])
  })

  it('leads a server action there by the router', async () => {
    const { open } = await visitor(LIMIT + 1)
    const { refusal } = await open('/pay', 'action', 'POST')
    expect([refusal?.status, refusal?.headers.get('x-action-redirect')]).toEqual([
      401,
      '/login?returnTo=%2Fpay&reason=reauthenticate&max_age=300;push',
    ])
  })

  it.each(['api', 'navigation', 'prefetch'] as const)(
    'RFC 9470 3: challenges a request of kind %s',
    async (kind) => {
      const { open } = await visitor(LIMIT + 1)
      const { refusal } = await open('/pay', kind)
      expect(refusal?.status).toBe(401)
      expect(await refusal?.json()).toEqual({ error: 'insufficient_user_authentication' })
      expect(refusal?.headers.get('www-authenticate')).toBe(
        'Bearer error="insufficient_user_authentication", max_age="300"',
      )
      expect(refusal?.headers.get('location')).toBeNull()
    },
  )

  it('is not met by a session whose backend does not tell, nor by a time that is none', async () => {
    expect((await (await visitor(null)).open('/pay')).refusal?.status).toBe(303)
    for (const auth_time of ['1900000000', {}, true, 1e300]) {
      const odd = await visitor(null, { auth_time })
      expect((await odd.open('/pay')).refusal?.status).toBe(303)
      // The token is good for everything else.
      expect(await odd.open('/elsewhere')).toMatchObject({ outcome: 'active', refusal: null })
    }
  })

  it('a renewal makes no sign-in young, and its cookies leave with the refusal', async () => {
    const { send, clock, token } = await visitor(LIMIT + 1)
    const expired = await token({
      iat: clock.seconds() - 960,
      exp: clock.seconds() - 60,
      auth_time: clock.seconds(),
    })
    const cookies = { accessToken: expired, refreshToken: 'r1' }
    const outcome = await send('/pay', { cookies })
    expect([outcome.outcome, outcome.refusal?.status]).toEqual(['renewed', 303])
    expect(cookiesIn(outcome)).toMatchObject({ refreshToken: 'r2' })
  })

  it('ends while a token lives, also for one that the cache knows', async () => {
    const { open, clock } = await visitor(LIMIT - 1)
    expect((await open('/pay')).refusal).toBeNull()
    clock.advance(1000)
    expect((await open('/pay')).refusal).toBeNull()
    clock.advance(1000)
    expect((await open('/pay')).refusal?.status).toBe(303)
  })

  it('asks nobody who lacks a role to sign in again, who would be refused all the same', async () => {
    const old = await visitor(LIMIT + 1, { roles: ['user'] })
    expect((await old.open('/admin')).refusal?.status).toBe(403)
    const admin = await visitor(LIMIT + 1, { roles: ['admin'] })
    expect((await admin.open('/admin')).refusal?.status).toBe(303)
  })

  it('a visitor without a session is sent to the plain sign-in page', async () => {
    const { send } = await visitor(0)
    expect((await send('/pay')).refusal?.headers.get('location')).toBe('/login?returnTo=%2Fpay')
  })

  it('an outage does not let an old sign-in pass, and ends no session', async () => {
    const { backend, send, clock, token } = await visitor(LIMIT + 1)
    backend.answer = UNREACHABLE
    const iat = clock.seconds() - 890
    const accessToken = await token({ iat, exp: iat + 900, auth_time: iat })
    const outcome = await send('/pay', { cookies: { accessToken, refreshToken: 'r1' } })
    expect([outcome.outcome, outcome.refusal?.status, outcome.setCookies]).toEqual(['degraded', 303, []])
  })

  it('a protocol upgrade is challenged', async () => {
    const { send, cookies } = await visitor(LIMIT + 1)
    const headers = {
      ...KINDS.api,
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-fetch-site': 'same-origin',
    }
    const { refusal } = await send('/pay', { headers, cookies })
    expect([refusal?.status, refusal?.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="insufficient_user_authentication", max_age="300"',
    ])
  })
})

describe('a rule with `acr`', () => {
  it('lets pass one of its values, which the session then tells', async () => {
    const { open } = await visitor(null, { acr: 'urn:silver' })
    expect(await open('/vault')).toMatchObject({ refusal: null, session: { acr: 'urn:silver' } })
  })

  it('asks for its values elsewhere, in the words of the provider', async () => {
    const { open } = await visitor(0, { acr: 'urn:bronze' })
    expect((await open('/vault')).refusal?.headers.get('location')).toBe(
      '/login?returnTo=%2Fvault&reason=reauthenticate&acr_values=urn%3Agold%20urn%3Asilver',
    )
    expect((await open('/vault', 'api')).refusal?.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", acr_values="urn:gold urn:silver"',
    )
    expect((await open('/both', 'api')).refusal?.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", max_age="300", acr_values="urn:gold"',
    )
  })

  it('is not met by a value that is none', async () => {
    for (const acr of [['urn:gold'], '', 1])
      expect((await (await visitor(0, { acr })).open('/vault')).refusal?.status).toBe(303)
  })
})

it('a path that can be read in several ways has the needs of each', async () => {
  const { send, cookies } = await visitor(LIMIT + 1)
  for (const path of ['/pay.rsc', '/%70ay/', '/%2Fpay', '/_next/data/build/pay.json'])
    expect([path, (await send(path, { cookies, headers: KINDS.api })).refusal?.status]).toEqual([path, 401])
})
