import type { JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OAuth2Options } from '../../lib/oauth2/index.ts'
import { createApp, listen } from './app.ts'
import { CLIENT_SECRET, newKey, startProvider } from './provider.ts'
import { createVisitor } from './visitor.ts'

let place: Awaited<ReturnType<typeof listen>>
let provider: Awaited<ReturnType<typeof startProvider>>
let key: JWK
let dpopKey: JWK

beforeAll(async () => {
  place = await listen()
  key = await newKey('client-key')
  dpopKey = await newKey('dpop-key')
  provider = await startProvider(place.url, key)
})

afterAll(() => {
  provider.close()
  place.server.closeAllConnections()
  place.server.close()
})

type Options = Omit<OAuth2Options, 'gateway'>

/** The app as it is with these options; the one before is gone. */
function app(options: Partial<Options> = {}, gateway: Parameters<typeof createApp>[2] = {}) {
  const made = createApp(
    place.url,
    {
      issuer: provider.issuer,
      clientId: 'basic',
      clientAuthentication: { method: 'client_secret_basic', secret: CLIENT_SECRET },
      ...options,
    },
    gateway,
  )
  place.server.removeAllListeners('request')
  place.server.on('request', made.serve)
  return made
}

const jwtMode = () => ({
  keys: { jwksUrl: `${provider.issuer}/jwks` },
  gatewaySecrets: ['what the gateway itself signs with here'],
  issuer: provider.issuer,
  audience: provider.resource,
})

const VARIANTS: [string, () => Partial<Options>, () => Parameters<typeof createApp>[2]][] = [
  ['client_secret_basic', () => ({}), () => ({})],
  [
    'client_secret_post',
    () => ({
      clientId: 'post',
      clientAuthentication: { method: 'client_secret_post', secret: CLIENT_SECRET },
    }),
    () => ({}),
  ],
  [
    'private_key_jwt',
    () => ({ clientId: 'key', clientAuthentication: { method: 'private_key_jwt', key } }),
    () => ({}),
  ],
  ['DPoP, with the nonce that the server asks for', () => ({ clientId: 'dpop', dpopKey }), () => ({})],
  ['access tokens that are JWTs', () => ({ clientId: 'jwt', accessTokens: 'jwt' }), jwtMode],
]

describe.each(VARIANTS)('%s', (_, options, gateway) => {
  it('signs in, and renews with a rotated refresh token each time', async () => {
    const { refreshes } = app(options(), gateway())
    const visitor = createVisitor()
    const page = await visitor.signIn(place.url, '/sessions?page=2')
    expect([page.status, page.url]).toEqual([200, `${place.url}/sessions?page=2`])
    expect(JSON.parse(page.body).session).toMatchObject({ subject: 'ann', roles: ['user'] })

    const seen = new Set([(await visitor.cookies(place.url)).refreshToken])
    for (const count of [1, 2, 3]) {
      await visitor.dropAccessToken(place.url)
      const renewed = await visitor.visit(`${place.url}/dashboard`)
      expect(renewed.headers.get('x-session')).toBe('renewed')
      expect(JSON.parse(renewed.body).session).toMatchObject({ subject: 'ann', roles: ['user'] })
      seen.add((await visitor.cookies(place.url)).refreshToken)
      expect(refreshes()).toBeGreaterThanOrEqual(count)
    }
    expect(seen.size).toBe(4)
  })
})

describe('signing in', () => {
  it('keeps session and user data through renewals, and hands an API the token that the provider issued', async () => {
    app()
    const visitor = createVisitor()
    const before = JSON.parse((await visitor.signIn(place.url)).body)
    await visitor.dropAccessToken(place.url)
    const after = JSON.parse((await visitor.visit(`${place.url}/dashboard`)).body)
    expect(after.session.sid).toBe(before.session.sid)
    expect(after.token).not.toBe(before.token)
    const { accessToken = '', refreshToken = '', userDataEtls = '' } = await visitor.cookies(place.url)
    const [, claims = ''] = userDataEtls.split('.')
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString()).userData).toEqual({
      name: 'Name of ann',
      email: 'ann@example.com',
    })
    const userinfo = await fetch(`${provider.issuer}/me`, {
      headers: { authorization: `Bearer ${after.token}` },
    })
    expect(await userinfo.json()).toMatchObject({ sub: 'ann' })
    expect([accessToken.split('.').length, refreshToken.split('.').length]).toEqual([3, 5])
  })

  it('works in two tabs at once', async () => {
    app()
    const visitor = createVisitor()
    const [one, two] = await Promise.all(
      ['/one', '/two'].map((path) => visitor.visit(`${place.url}/auth/signin?returnTo=${path}`)),
    )
    if (!one || !two) throw new Error('two tabs were opened')
    const first = await visitor.submit(await visitor.submit(one, { login: 'ann', password: 'x' }))
    expect(first.url).toBe(`${place.url}/one`)
    const second = await visitor.submit(two, { login: 'ann', password: 'x' })
    const done = second.url.startsWith(provider.issuer) ? await visitor.submit(second) : second
    expect(done.url).toBe(`${place.url}/two`)
  })

  it.each(['//evil.example', 'https://evil.example/', '/\\evil.example'])(
    'never sends anybody to %s',
    async (returnTo) => {
      app()
      const page = await createVisitor().signIn(place.url, returnTo)
      expect(page.url).toBe(`${place.url}/`)
    },
  )

  it('refuses a callback that this browser did not begin, or that comes twice', async () => {
    app()
    const visitor = createVisitor()
    const page = await visitor.signIn(place.url)
    const callback = page.hops.find((hop) => hop.startsWith(`${place.url}/auth/callback`)) ?? ''
    expect(callback).toContain('code=')
    expect((await visitor.visit(callback)).url).toBe(`${place.url}/login?error=sign_in_expired`)
    const stranger = createVisitor()
    const refused = await stranger.visit(callback)
    expect(refused.url).toBe(`${place.url}/login?error=sign_in_expired`)
    expect(await stranger.cookies(place.url)).toEqual({})
  })

  it('ends on the sign-in page with a code when the person declines', async () => {
    app()
    const visitor = createVisitor()
    const login = await visitor.visit(`${place.url}/auth/signin`)
    const cancel = /href="([^"]*\/abort)"/.exec(login.body)?.[1] ?? ''
    const page = await visitor.visit(new URL(cancel, login.url).href)
    expect(page.url).toBe(`${place.url}/login?error=access_denied`)
    expect(await visitor.cookies(place.url)).toEqual({})
  })

  it('leaves no token, code verifier or secret in any address but the provider’s own code', async () => {
    const { events } = app()
    const visitor = createVisitor()
    const page = await visitor.signIn(place.url)
    const { accessToken = '-', refreshToken = '-' } = await visitor.cookies(place.url)
    const told = [...page.hops, page.url, JSON.stringify(events)].join('\n')
    const { token } = JSON.parse(page.body)
    for (const secret of [accessToken, refreshToken, token, CLIENT_SECRET]) expect(told).not.toContain(secret)
  })
})
