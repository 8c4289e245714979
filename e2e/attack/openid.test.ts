import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createApp, listen } from '../oauth2/app.ts'
import { CLIENT_SECRET, newKey, startProvider } from '../oauth2/provider.ts'
import { createVisitor } from '../oauth2/visitor.ts'

let place: Awaited<ReturnType<typeof listen>>
let provider: Awaited<ReturnType<typeof startProvider>>
let app: ReturnType<typeof createApp>

beforeAll(async () => {
  place = await listen()
  provider = await startProvider(place.url, await newKey('client-key'))
})
beforeEach(() => {
  app = createApp(place.url, {
    issuer: provider.issuer,
    clientId: 'basic',
    clientAuthentication: { method: 'client_secret_basic', secret: CLIENT_SECRET },
  })
  place.server.removeAllListeners('request')
  place.server.on('request', app.serve)
})
afterAll(() => {
  provider.close()
  place.server.closeAllConnections()
  place.server.close()
})

/** Somebody's way through a sign-in up to the app's callback, which is not asked for. */
async function codeOf(name: string): Promise<URL> {
  const page = await createVisitor().signIn(place.url, '/dashboard', name)
  return new URL(page.hops.find((hop) => hop.startsWith(`${place.url}/auth/callback`)) ?? '')
}

/** A victim's browser that has just begun to sign in, and what the provider would be asked. */
async function begun() {
  const headers = { accept: 'text/html', 'sec-fetch-mode': 'navigate' }
  const response = await fetch(`${place.url}/auth/signin`, { redirect: 'manual', headers })
  const cookie = response.headers.getSetCookie().map((header) => header.split(';')[0] ?? '')
  return { cookie: cookie.join('; '), asked: new URL(response.headers.get('location') ?? '') }
}

/** The callback as a browser with these cookies asks for it; a session is begun or not. */
async function callback(cookie: string, answer: Record<string, string>) {
  const url = `${place.url}/auth/callback?${new URLSearchParams(answer)}`
  const headers = { accept: 'text/html', 'sec-fetch-mode': 'navigate', cookie }
  const response = await fetch(url, { redirect: 'manual', headers })
  const isSignedIn = response.headers
    .getSetCookie()
    .some((header) => /^(accessToken|refreshToken)=[^;]/.test(header))
  return { isSignedIn, location: response.headers.get('location') ?? '' }
}

async function outcome(cookie: string): Promise<string | null> {
  const response = await fetch(`${place.url}/dashboard`, { headers: { accept: 'application/json', cookie } })
  return response.headers.get('x-session')
}

describe('an OpenID provider’s sessions', () => {
  it('held: a victim is signed in as the attacker by a link (login CSRF, RFC 9700 4.7)', async () => {
    const link = Object.fromEntries((await codeOf('mallory')).searchParams)
    expect((await callback('', link)).isSignedIn).toBe(false)
    expect((await callback((await begun()).cookie, link)).isSignedIn).toBe(false)
  })

  it('held: an attacker’s code with the victim’s own state (code injection, RFC 9700 4.5)', async () => {
    const { searchParams } = await codeOf('mallory')
    const { cookie, asked } = await begun()
    const answer = { ...Object.fromEntries(searchParams), state: asked.searchParams.get('state') ?? '' }
    expect((await callback(cookie, answer)).isSignedIn).toBe(false)
  })

  it('held: the answer of another provider (mix-up, RFC 9207)', async () => {
    const { cookie, asked } = await begun()
    const state = asked.searchParams.get('state') ?? ''
    const before = app.calls.length
    for (const iss of ['https://evil.example', `${provider.issuer}/`, ''])
      expect((await callback(cookie, { code: 'a-code', state, iss })).isSignedIn, iss).toBe(false)
    // No provider is told the code that another one has issued.
    expect(app.calls).toHaveLength(before)
  })

  it('held: a way to the provider without PKCE, or with its plain form (RFC 9700 4.8.2)', async () => {
    const { asked } = await begun()
    expect(asked.searchParams.get('code_challenge_method')).toBe('S256')
    expect(asked.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
    for (const more of [
      'code_challenge_method=plain',
      'code_challenge=x',
      'state=mine',
      'nonce=mine',
      'redirect_uri=https://evil.example',
    ]) {
      const response = await fetch(`${place.url}/auth/signin?${more}`, {
        redirect: 'manual',
        headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate' },
      })
      const way = new URL(response.headers.get('location') ?? '').searchParams
      const [name = '', value] = more.split('=')
      expect(way.get(name), more).not.toBe(value)
      expect(way.getAll(name), more).toHaveLength(1)
    }
  })

  it('held: sealed cookies that were changed, cut, swapped or made up (RFC 7516)', async () => {
    const visitor = createVisitor()
    await visitor.signIn(place.url)
    const { accessToken = '', refreshToken = '' } = await visitor.cookies(place.url)
    const parts = refreshToken.split('.')
    const changed = parts.map((part, index) =>
      parts.with(index, part.endsWith('A') ? `${part.slice(0, -1)}Q` : `${part.slice(0, -1)}A`).join('.'),
    )
    const plain = `${new UnsecuredJWT({ sub: 'ann', refreshToken: 'x' }).encode()}`
    const cookies = [...changed, accessToken, plain, parts.slice(0, 4).join('.'), `${refreshToken}.x`]
    for (const cookie of cookies) {
      const seen = await outcome(`refreshToken=${cookie}`)
      expect(['anonymous', 'ended'], cookie.slice(0, 20)).toContain(seen)
    }
    expect(app.refreshes()).toBe(0)
    expect(await outcome(`refreshToken=${refreshToken}`)).toBe('renewed')
  })

  it('held: one person’s access token beside another’s refresh token', async () => {
    const [ann, bob] = [createVisitor(), createVisitor()]
    await ann.signIn(place.url)
    await bob.signIn(place.url, '/dashboard', 'bob')
    const { accessToken = '' } = await ann.cookies(place.url)
    const { refreshToken = '' } = await bob.cookies(place.url)
    const cookie = `accessToken=${accessToken.slice(0, -4)}AAAA; refreshToken=${refreshToken}`
    const response = await fetch(`${place.url}/dashboard`, {
      headers: { accept: 'application/json', cookie },
    })
    const { session } = (await response.json()) as { session: { claims?: { sub: string } } | null }
    expect(JSON.stringify(session ?? '')).not.toContain('"ann"')
  })

  it('held: forged logout tokens end somebody’s session (Back-Channel Logout 1.0, 2.6)', async () => {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: provider.issuer,
      aud: 'basic',
      iat: now,
      exp: now + 120,
      jti: 'made-up',
      sub: 'ann',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    }
    const { privateKey: own } = await generateKeyPair('RS256')
    const forged = [
      new UnsecuredJWT(claims).encode(),
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'logout+jwt' })
        .sign(new TextEncoder().encode(CLIENT_SECRET.padEnd(32, '.'))),
      await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'logout+jwt' }).sign(own),
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', typ: 'logout+jwt', jku: 'http://127.0.0.1:9/jwks' })
        .sign(own),
      'not.a.token',
      '',
    ]
    for (const token of forged) {
      const body = new URLSearchParams({ logout_token: token })
      const { status } = await fetch(`${place.url}/auth/backchannel`, { method: 'POST', body })
      expect(status).toBe(400)
    }
    expect(app.logouts).toEqual([])
  })
})
