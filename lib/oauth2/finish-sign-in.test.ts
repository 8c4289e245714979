import { beforeEach, describe, expect, it } from 'vitest'
import { readUserData } from '../gateway/token/user-data.ts'
import { createParts } from './routes-parts.ts'
import { createSignInRoutes } from './sign-in-routes.ts'
import { fakeProvider } from './testing/fake-provider.ts'

const CODE = 'the-code-of-this-sign-in'
let provider: Awaited<ReturnType<typeof fakeProvider>>
beforeEach(async () => {
  provider = await fakeProvider()
})

/** Signs in: to the provider, and back with a code. `claims` are those of the ID token, `kept` cookies of before. */
async function signIn(claims: object = {}, options: object = {}, kept = '') {
  const all = { ...provider.options, url: 'https://app.test/auth', ...options }
  const { GET } = createSignInRoutes(all)
  const begun = await GET(new Request('https://app.test/auth/signin?returnTo=/orders'))
  const { searchParams } = new URL(begun.headers.get('location') ?? '')
  await provider.issuing({ nonce: searchParams.get('nonce'), ...claims })
  const attempt = begun.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const headers = { cookie: [attempt, kept].filter(Boolean).join('; ') }
  const callback = `https://app.test/auth/callback?code=${CODE}&state=${searchParams.get('state')}`
  const response = await GET(new Request(callback, { headers }))
  const cookies = Object.fromEntries(
    response.headers.getSetCookie().map((header) => /^([^=]+)=([^;]*)/.exec(header)?.slice(1) ?? []),
  )
  const { gatewayTokens } = createParts(all)
  const userData = async () => {
    const { sub, sid } = JSON.parse(Buffer.from(cookies.accessToken.split('.')[1], 'base64url').toString())
    const session = { subject: sub, sid, roles: [], issuedAt: 0, expiresAt: 0 }
    return readUserData(gatewayTokens, cookies.userDataEtls, session, Date.now() / 1000)
  }
  return { location: response.headers.get('location'), cookies, userData }
}
const messages = () => provider.events.map((event) => ('message' in event ? event.message : event.type))

describe('userinfo (OpenID Connect Core 1.0, 5.3)', () => {
  const says = (claims: object) => {
    provider.info = () => Response.json({ sub: 'ann', ...claims })
  }

  it('is asked for an ID token without a name, once, with the access token', async () => {
    says({ name: 'Ann', email: 'ann@example.com' })
    const { location, userData } = await signIn()
    expect([location, await userData()]).toEqual([
      'https://app.test/orders',
      { name: 'Ann', email: 'ann@example.com' },
    ])
    expect(provider.askedInfo).toEqual(['Bearer at'])
  })

  it.each<[string, object, object]>([
    ['one with a name', { name: 'Ann' }, {}],
    ['any, where the option says no', {}, { userInfo: false }],
  ])('is not asked for %s', async (_, claims, options) => {
    expect((await signIn(claims, options)).location).toBe('https://app.test/orders')
    expect(provider.askedInfo).toEqual([])
  })

  it('is asked always, where the option says so; claims of the ID token win', async () => {
    says({ name: 'Another', email: 'ann@example.com' })
    const { userData } = await signIn({ name: 'Ann' }, { userInfo: true })
    expect(await userData()).toEqual({ name: 'Ann', email: 'ann@example.com' })
  })

  it('is what `person` reads, too', async () => {
    says({ groups: ['staff'] })
    const person = (claims: { groups?: string[] }) => ({ userData: { groups: claims.groups } })
    expect(await (await signIn({}, { person })).userData()).toEqual({ groups: ['staff'] })
  })

  it.each<[string, () => Response | Promise<Response>]>([
    ['is of somebody else', () => Response.json({ sub: 'bob', name: 'Bob' })],
    ['is an error', () => new Response('', { status: 500 })],
    ['is a page', () => new Response('<html>')],
    ['does not come', () => Promise.reject(new TypeError('fetch failed'))],
  ])('whose answer %s is left out, and told of: the session begins all the same', async (_, info) => {
    provider.info = info
    const { location, userData } = await signIn()
    expect([location, await userData()]).toEqual(['https://app.test/orders', {}])
    expect(messages()).toEqual([expect.stringMatching(/^userinfo: ./)])
  })

  it('is remembered for renewals, whose ID tokens are as thin', async () => {
    says({ name: 'Ann' })
    const { cookies } = await signIn()
    const { oauth2Backend } = await import('./backend.ts')
    await provider.issuing({ roles: ['admin'] })
    const context = {
      ...{ forwardedFor: null, userAgent: null, traceparent: 'trace', cookies: '', fetch: provider.fetch },
      ...{ signal: new AbortController().signal, now: Date.now() / 1000 },
    }
    const answer = await oauth2Backend(provider.options).refresh(
      { refreshToken: cookies.refreshToken },
      context,
    )
    expect(answer).toMatchObject({ result: 'rotated', tokens: { userData: { name: 'Ann' } } })
    expect(provider.askedInfo).toHaveLength(1)
  })
})

describe('a sign-in that fails is told of with the cause', () => {
  const failing = (options: object) => signIn({}, options)

  it('an error of `person`', async () => {
    const person = (claims: { realm: { roles: string[] } }) => ({ roles: claims.realm.roles })
    const { location } = await failing({ person })
    expect(location).toBe('https://app.test/login?error=sign_in_failed')
    expect(provider.events.slice(-2)).toMatchObject([
      {
        type: 'backend.failed',
        message: "callback: Cannot read properties of undefined (reading 'roles')",
        stack: expect.stringContaining('finish-sign-in.test.ts'),
      },
      { type: 'backend.unavailable', reason: 'sign_in_failed' },
    ])
  })

  it('an ID token that does not fit, and neither the code nor a token is in what is told', async () => {
    await signIn({ aud: 'another' })
    expect(messages()).toEqual([expect.stringMatching(/^callback: .*"aud"/), 'backend.unavailable'])
    expect(JSON.stringify(provider.events)).not.toMatch(new RegExp(`${CODE}|eyJ`))
  })

  it('a provider that cannot be found', async () => {
    provider.metadata = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ENOTFOUND') }))
    const { GET } = createSignInRoutes({ ...provider.options, url: 'https://app.test/auth' })
    const response = await GET(new Request('https://app.test/auth/signin'))
    expect(response.headers.get('location')).toBe('https://app.test/login?error=temporarily_unavailable')
    expect(messages()).toEqual(['signin: fetch failed: ENOTFOUND'])
  })

  it('a revocation that got lost', async () => {
    provider.info = () => Response.json({ sub: 'ann', name: 'Ann' })
    const { cookies } = await signIn()
    provider.answer = () => Promise.reject(new TypeError('fetch failed'))
    const { POST } = createSignInRoutes({ ...provider.options, url: 'https://app.test/auth' })
    const headers = { cookie: `refreshToken=${cookies.refreshToken}` }
    const response = await POST(new Request('https://app.test/auth/signout', { method: 'POST', headers }))
    expect(response.headers.get('location')).toContain('https://provider.test/end')
    expect(messages()).toEqual(['revocation: fetch failed', 'backend.unavailable'])
  })
})

it('without `gateway` in the options, all of that goes to the log', async () => {
  const { gateway: _, ...options } = provider.options
  const { settingsOf } = await import('./options.ts')
  const { logEvent } = await import('../next/log.ts')
  process.env.ETLS_ACCESS = 'what sessions are signed with here'
  expect(settingsOf(options).onEvent).toBe(logEvent)
  delete process.env.ETLS_ACCESS
})

describe('a browser that comes with cookies of the session before', () => {
  it('keeps nothing of how that was bound to its device: not its key, its timer, or that it was sent back to a page', async () => {
    const kept = '__Host-device=1; __Host-device-key=b1.sealed; __Host-bounced=1; basket=7'
    const { cookies } = await signIn({}, {}, kept)
    expect(cookies).toMatchObject({ '__Host-device': '', '__Host-device-key': '', '__Host-bounced': '' })
    expect(cookies).not.toHaveProperty('basket')
  })

  it('is not brought back to it by an answer that was under way', async () => {
    const first = (await signIn({ sid: 'provider-1' })).cookies
    const kept = `accessToken=${first.accessToken}; refreshToken=${first.refreshToken}`
    const { cookies } = await signIn({ sub: 'bob', sid: 'provider-2' }, {}, kept)
    const claimsIn = (token: string) =>
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect(claimsIn(cookies.signedOut).sid).toBe(claimsIn(first.accessToken).sid)
    expect(claimsIn(cookies.accessToken).sid).not.toBe(claimsIn(first.accessToken).sid)
  })

  it('marks nothing where it comes with a token that nobody here has signed, or with none', async () => {
    for (const kept of ['', 'accessToken=a.b.c']) {
      const { cookies } = await signIn({}, {}, kept)
      expect(cookies.signedOut).toBeUndefined()
    }
  })
})
