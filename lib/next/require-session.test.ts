import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createBoundSessions } from '../gateway/device/bound-session.ts'
import type { TestSessionOptions } from '../testing/session.ts'
import { createTestSession } from '../testing/session.ts'
import { appWith, createVisitor } from './testing/app-side.ts'

const SECRET = 'a secret of the tests that is long enough'
const visitor = createVisitor()
vi.mock('next/headers', () => visitor.nextHeaders)
vi.mock('next/server', async (original) => ({ ...(await original<object>()), connection: async () => {} }))

const { app } = await appWith({} as never, { ETLS_ACCESS: SECRET })

async function signedIn(options: Partial<TestSessionOptions>) {
  const { cookies } = await createTestSession({ accessSecret: SECRET, ...options })
  visitor.jar.clear()
  for (const [name, value] of Object.entries(cookies)) visitor.jar.set(name, value)
}

/** Seals the refresh token of the session, or of another, for a key of a device. */
async function bindTo(whose: 'own' | 'another' | 'none' | 'forged') {
  if (whose === 'none') return
  const { sid = '' } = (await app.getSession()) ?? {}
  const secret = whose === 'forged' ? 'another secret that is long enough' : SECRET
  const sealed = await createBoundSessions({ gatewaySecrets: [], keys: { secret } }).seal({
    ...{ refreshToken: 'r1', jwk: {}, did: 'device-1', life: 900 },
    sid: whose === 'another' ? 'session-2' : sid,
  })
  visitor.jar.set('refreshToken', sealed)
}

/** Where the person is sent to; the session of one who may pass. */
async function leadsTo(
  options: Parameters<typeof app.requireSession>[0],
  headers: Record<string, string> = {},
) {
  for (const name of [...visitor.headers.keys()]) visitor.headers.delete(name)
  for (const [name, value] of Object.entries({ host: 'app.test', ...headers }))
    visitor.headers.set(name, value)
  try {
    await app.requireSession(options)
    return 'passes'
  } catch (error) {
    const [, , location] = String((error as { digest?: string }).digest).split(';')
    return location ?? (error as { digest?: string }).digest
  }
}

const AGAIN = '/login?returnTo=%2F&reason=reauthenticate&max_age=300'

describe('getSession()', () => {
  it('tells when and how the person has signed in', async () => {
    await signedIn({ signedInFor: 60, acr: 'urn:gold', amr: ['pwd', 'otp'] })
    const session = await app.getSession()
    const ago = Date.now() / 1000 - (session?.authenticatedAt ?? 0)
    expect(ago).toBeGreaterThanOrEqual(59)
    expect(ago).toBeLessThan(90)
    expect(session).toMatchObject({ acr: 'urn:gold', amr: ['pwd', 'otp'] })
  })

  it.each([
    ['bound where its refresh token is sealed for a key', 'own', 'bound'],
    ['unbound with a plain one', 'none', 'unbound'],
    ['unbound with the sealed one of another session', 'another', 'unbound'],
    ['unbound with one that nobody here has sealed', 'forged', 'unbound'],
  ] as const)('tells of the device: %s', async (_, whose, device) => {
    await signedIn({})
    await bindTo(whose)
    expect(await app.getSession()).toMatchObject({ device })
    expect(await leadsTo({ device: 'bound' })).toBe(
      device === 'bound' ? 'passes' : '/login?returnTo=%2F&reason=device_binding_required',
    )
  })
})

describe('requireSession({ authenticatedWithin })', () => {
  beforeEach(() => signedIn({ signedInFor: 400 }))

  it('lets pass who has signed in since', async () => {
    expect(await leadsTo({ authenticatedWithin: 900 })).toBe('passes')
    expect(await leadsTo({})).toBe('passes')
  })

  it('sends others to sign in again, and back to the page that the code names', async () => {
    expect(await leadsTo({ authenticatedWithin: 300 })).toBe(AGAIN)
    expect(await leadsTo({ authenticatedWithin: 300, returnTo: '/bills?page=2' })).toBe(
      '/login?returnTo=%2Fbills%3Fpage%3D2&reason=reauthenticate&max_age=300',
    )
    expect(await leadsTo({ authenticatedWithin: 300, returnTo: '//evil.test' })).toBe(AGAIN)
  })

  it.each([
    ['by a script', { 'next-action': '7f' }],
    ['by a form', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['by a plain form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ])('back to the page that an action was called on, %s', async (_, headers) => {
    const from = (referer: string) => leadsTo({ authenticatedWithin: 300 }, { ...headers, referer })
    expect(await from('http://app.test/bills?page=2#top')).toBe(
      '/login?returnTo=%2Fbills%3Fpage%3D2&reason=reauthenticate&max_age=300',
    )
    for (const foreign of ['http://evil.test/bills', 'http://app.test:81/x', '', 'about:blank'])
      expect(await from(foreign)).toBe(AGAIN)
  })

  it('back to a public page, which the gateway names; a page that one only came from is none', async () => {
    const referer = 'http://app.test/bills'
    expect(await leadsTo({ authenticatedWithin: 300 }, { 'x-session-return-to': '/open?x=1', referer })).toBe(
      '/login?returnTo=%2Fopen%3Fx%3D1&reason=reauthenticate&max_age=300',
    )
    expect(await leadsTo({ authenticatedWithin: 300 }, { referer })).toBe(AGAIN)
  })

  it('asks for the provider’s words', async () => {
    expect(await leadsTo({ acr: ['urn:gold', 'urn:silver'] })).toBe(
      '/login?returnTo=%2F&reason=reauthenticate&acr_values=urn%3Agold%20urn%3Asilver',
    )
  })

  it('a role that is missing comes first', async () => {
    expect(await leadsTo({ roles: ['admin'], authenticatedWithin: 300 })).not.toContain('login')
  })
})

describe('RFC 9470: stepUpChallenge()', () => {
  it('is the answer of a route handler', async () => {
    await signedIn({ signedInFor: 400 })
    const session = await app.getSession()
    if (!session) throw new Error('no session')
    const refused = app.stepUpChallenge(session, { authenticatedWithin: 300 })
    expect([refused?.status, refused?.headers.get('cache-control')]).toEqual([401, 'private, no-store'])
    expect(refused?.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", max_age="300"',
    )
    expect(await refused?.json()).toEqual({ error: 'insufficient_user_authentication' })
    expect(app.stepUpChallenge(session, { authenticatedWithin: 900 })).toBeNull()
    expect(app.stepUpChallenge(session, { acr: ['urn:gold'] })?.status).toBe(401)
  })
})
