import { beforeEach, describe, expect, it } from 'vitest'
import { createIssuer } from '../gateway/testing/issuer.ts'
import type { BackchannelLogout } from './routes-parts.ts'
import { createSignInRoutes } from './sign-in-routes.ts'
import { fakeProvider, ISSUER } from './testing/fake-provider.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const URL_OF_ROUTES = 'https://app.test/auth'

let provider: Awaited<ReturnType<typeof fakeProvider>>
let logouts: BackchannelLogout[]
let fails: boolean

beforeEach(async () => {
  provider = await fakeProvider()
  logouts = []
  fails = false
})

function post(token: string): Promise<Response> {
  const routes = createSignInRoutes({
    ...provider.options,
    url: URL_OF_ROUTES,
    onBackchannelLogout: (logout) => {
      if (fails) throw new Error('the database is down')
      logouts.push(logout)
    },
  })
  const body = new URLSearchParams({ logout_token: token })
  return routes.POST(new Request(`${URL_OF_ROUTES}/backchannel`, { method: 'POST', body }))
}

const now = () => Math.floor(Date.now() / 1000)
const claims = (changes: object = {}) => ({
  iss: ISSUER,
  aud: 'app',
  iat: now(),
  exp: now() + 120,
  jti: 'logout-1',
  events: { [EVENT]: {} },
  sub: 'ann',
  sid: 'provider-session',
  ...changes,
})
const sign = (changes: object = {}, header: object = {}) =>
  provider.signer.sign(claims(changes), { typ: 'logout+jwt', ...header })

describe('OpenID Connect Back-Channel Logout 1.0, 2.6: a logout token', () => {
  it('that is right is handed on, and answered 200, not to be stored', async () => {
    const response = await post(await sign())
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(logouts).toEqual([expect.objectContaining({ sub: 'ann', sid: 'provider-session' })])
  })

  it('may mean every session of a person', async () => {
    expect((await post(await sign({ sid: undefined }))).status).toBe(200)
    expect(logouts).toEqual([expect.objectContaining({ sub: 'ann', sid: null })])
  })

  it.each<[string, object, object?]>([
    ['of another issuer', { iss: 'https://evil.test' }],
    ['for another client', { aud: 'another' }],
    ['that has ended', { exp: now() - 60 }],
    ['without an end', { exp: undefined }],
    ['from long ago', { iat: now() - 3600 }],
    ['without a time', { iat: undefined }],
    ['without an identity', { jti: undefined }],
    ['without events', { events: undefined }],
    ['of another event', { events: { 'urn:other': {} } }],
    ['whose event is no object', { events: { [EVENT]: true } }],
    ['with a nonce, as an ID token has', { nonce: 'n' }],
    ['of nobody', { sub: undefined, sid: undefined }],
    ['whose sid is no text', { sid: 7 }],
    ['that is an ID token', {}, { typ: 'JWT' }],
    ['that is an access token', {}, { typ: 'at+jwt' }],
  ])('%s is answered 400, and nobody is told', async (_, changes, header) => {
    expect((await post(await sign(changes, header))).status).toBe(400)
    expect([logouts, provider.events]).toEqual([[], []])
  })

  it.each<[string, () => Promise<string>]>([
    [
      'signed by somebody else',
      async () => (await createIssuer('ES256', 'provider-key')).sign(claims(), { typ: 'logout+jwt' }),
    ],
    [
      'signed with the public key as a secret',
      async () =>
        (await createIssuer('HS256', 'provider-key', JSON.stringify(provider.signer.jwk))).sign(claims(), {
          typ: 'logout+jwt',
        }),
    ],
    ['that is none', async () => ''],
    ['that has no end', async () => 'a'.repeat(20_000)],
  ])('%s is refused', async (_, token) => {
    expect((await post(await token())).status).toBeGreaterThanOrEqual(400)
    expect(logouts).toEqual([])
  })

  it('that the app could not act on is answered 400, so that the provider knows', async () => {
    fails = true
    expect((await post(await sign())).status).toBe(400)
    expect(provider.events).toEqual([
      {
        type: 'backend.failed',
        message: 'onBackchannelLogout: the database is down',
        stack: expect.stringContaining('backchannel-logout.test.ts'),
        traceId: null,
      },
    ])
  })

  it('whose keys cannot be had is told of with the cause', async () => {
    provider.metadata = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ENOTFOUND') }))
    const token = await sign()
    expect((await post(token)).status).toBe(400)
    expect(provider.events).toMatchObject([
      { type: 'backend.failed', message: 'backchannel: fetch failed: ENOTFOUND' },
    ])
    expect(JSON.stringify(provider.events)).not.toContain(token)
  })
})
