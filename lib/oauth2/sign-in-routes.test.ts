import { beforeEach, describe, expect, it } from 'vitest'
import { createSignInRoutes } from './sign-in-routes.ts'
import { fakeProvider } from './testing/fake-provider.ts'

let provider: Awaited<ReturnType<typeof fakeProvider>>

beforeEach(async () => {
  provider = await fakeProvider()
})

const routes = (options: object = {}) =>
  createSignInRoutes({ ...provider.options, url: 'https://app.test/auth', ...options })
const get = (path: string, headers: Record<string, string> = {}, options = {}) =>
  routes(options).GET(new Request(`http://10.0.0.7:3000/auth/${path}`, { headers }))

describe('RFC 6749 10.12, RFC 7636: the way to the provider', () => {
  it('carries PKCE, state and nonce, and the redirect URI of the configuration, whatever host is asked', async () => {
    const response = await get('signin', { host: 'evil.test', 'x-forwarded-host': 'evil.test' })
    const { origin, searchParams } = new URL(response.headers.get('location') ?? '')
    expect([response.status, origin]).toEqual([303, 'https://provider.test'])
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: 'app',
      response_type: 'code',
      redirect_uri: 'https://app.test/auth/callback',
      scope: 'openid profile email',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  it('takes further parameters, which replace none of its own', async () => {
    const options = { parameters: { prompt: 'login', state: 'x', code_challenge_method: 'plain' } }
    const { searchParams } = new URL((await get('signin', {}, options)).headers.get('location') ?? '')
    expect([searchParams.get('prompt'), searchParams.get('code_challenge_method')]).toEqual(['login', 'S256'])
    expect(searchParams.get('state')).not.toBe('x')
  })

  it('is kept in a cookie of its own, Lax also where the session is not', async () => {
    const gateway = {
      ...provider.options.gateway,
      cookieSecure: true,
      sameSite: 'strict',
      domain: 'app.test',
    }
    const [cookie = ''] = (await get('signin', {}, { gateway })).headers.getSetCookie()
    expect(cookie).toMatch(
      /^__Host-signIn\.[\w-]{16}=[\w-]+\.\.[\w.-]+; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$/i,
    )
  })

  it('is begun by nobody who only prefetches', async () => {
    const response = await get('signin', { 'sec-purpose': 'prefetch' })
    expect([response.status, response.headers.getSetCookie()]).toEqual([400, []])
  })

  it('begun in ever more tabs, leaves five cookies', async () => {
    const cookie = Array.from({ length: 7 }, (_, index) => `signIn.${index}=x`).join('; ')
    const cookies = (await get('signin', { cookie })).headers.getSetCookie()
    expect(
      cookies.filter((header) => /Max-Age=0/i.test(header)).map((header) => header.split('=')[0]),
    ).toEqual(['signIn.0', 'signIn.1', 'signIn.2'])
    expect(cookies).toHaveLength(4)
  })
})

describe('the way back', () => {
  it.each([
    'callback',
    'callback?code=c',
    'callback?code=c&state=unknown',
    'callback?error=access_denied&state=',
  ])('%s of nobody’s sign-in asks the provider nothing', async (path) => {
    const response = await get(path)
    expect(response.headers.get('location')).toBe('https://app.test/login?error=sign_in_expired')
    expect(provider.asked).toEqual([])
  })

  it('with another state that begins like the one of this attempt is nobody’s', async () => {
    const begun = await get('signin')
    const [cookie = ''] = begun.headers.getSetCookie()[0]?.split(';') ?? []
    const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? ''
    const response = await get(`callback?code=c&state=${state.slice(0, 16)}`, { cookie })
    expect(response.headers.get('location')).toBe('https://app.test/login?error=sign_in_expired')
    expect(provider.asked).toEqual([])
  })

  it('with a state of one attempt and an issuer that is not the provider is refused (RFC 9207)', async () => {
    const begun = await get('signin')
    const [cookie = ''] = begun.headers.getSetCookie()[0]?.split(';') ?? []
    const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state')
    const response = await get(`callback?code=c&state=${state}&iss=https://evil.test`, { cookie })
    expect(response.headers.get('location')).toBe('https://app.test/login?error=sign_in_failed')
    expect(provider.asked).toEqual([])
    expect(response.headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')])
  })
})

describe('the routes', () => {
  it.each(['signout', 'backchannel', 'else', 'signin/'])('GET %s is not one of them', async (path) => {
    expect((await get(path)).status).toBe(404)
  })

  it('cannot be the sign-in page themselves: a failure would begin the next attempt', async () => {
    const gateway = { ...provider.options.gateway, signInPath: '/auth/signin' }
    await expect(get('signin', {}, { gateway })).rejects.toThrow('signInPath must be a page')
  })
})
