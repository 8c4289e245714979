import { decodeJwt } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSignInRoutes } from './sign-in-routes.ts'
import { isSufficient } from './step-up.ts'
import { fakeProvider, ISSUER } from './testing/fake-provider.ts'

let provider: Awaited<ReturnType<typeof fakeProvider>>

beforeEach(async () => {
  provider = await fakeProvider()
})

const routes = (options: object = {}) =>
  createSignInRoutes({ ...provider.options, url: 'https://app.test/auth', ...options })
const get = (path: string, headers: Record<string, string> = {}, options = {}) =>
  routes(options).GET(new Request(`http://10.0.0.7:3000/auth/${path}`, { headers }))

async function askedWith(query: string, options = {}) {
  const response = await get(`signin?returnTo=/pay${query}`, {}, options)
  const { searchParams } = new URL(response.headers.get('location') ?? '')
  return Object.fromEntries(
    ['max_age', 'acr_values', 'prompt'].flatMap((name) =>
      searchParams.has(name) ? [[name, searchParams.get(name)]] : [],
    ),
  )
}

/** Somebody comes back from a provider whose ID token says this of the sign-in; where they end, and with which access token. */
async function comesBack(query: string, claims: object) {
  const begun = await get(`signin?returnTo=/pay${query}`)
  const [cookie = ''] = begun.headers.getSetCookie()[0]?.split(';') ?? []
  const { searchParams } = new URL(begun.headers.get('location') ?? '')
  const now = Math.floor(Date.now() / 1000)
  const idToken = await provider.signer.sign({
    iss: ISSUER,
    aud: 'app',
    sub: 'ann',
    iat: now,
    exp: now + 60,
    nonce: searchParams.get('nonce'),
    ...claims,
  })
  provider.answer = () =>
    Response.json({
      access_token: 'at',
      token_type: 'Bearer',
      expires_in: 300,
      refresh_token: 'rt',
      id_token: idToken,
    })
  const response = await get(`callback?code=c&state=${searchParams.get('state')}`, { cookie })
  const setCookie = response.headers.getSetCookie().find((header) => header.startsWith('accessToken='))
  const [, token] = /^accessToken=([^;]+)/.exec(setCookie ?? '') ?? []
  return { location: response.headers.get('location'), token: token ? decodeJwt(token) : null }
}

const ago = (seconds: number) => Math.floor(Date.now() / 1000) - seconds
const PAY = 'https://app.test/pay'
const UNMET = 'https://app.test/login?error=unmet_authentication_requirements'

describe('OpenID Connect Core 3.1.2.1: the way to the provider', () => {
  it('asks for what the sign-in page was given', async () => {
    expect(await askedWith('')).toEqual({})
    expect(await askedWith('&reason=reauthenticate&max_age=300')).toEqual({ max_age: '300', prompt: 'login' })
    expect(await askedWith('&acr_values=urn:gold%20urn:silver')).toEqual({
      acr_values: 'urn:gold urn:silver',
    })
    expect(await askedWith('&max_age=0&acr_values=a')).toEqual({
      max_age: '0',
      acr_values: 'a',
      prompt: 'login',
    })
  })

  it('asks for that in the place of what is configured', async () => {
    const options = { parameters: { prompt: 'consent', max_age: '9000' } }
    expect(await askedWith('', options)).toEqual({ prompt: 'consent', max_age: '9000' })
    expect(await askedWith('&max_age=300', options)).toEqual({ prompt: 'login', max_age: '300' })
  })

  it.each([
    '&max_age=-1',
    '&max_age=1e3',
    '&max_age=',
    '&max_age=soon',
    '&acr_values=',
    '&acr_values=%0a%00',
    '&prompt=none',
  ])('asks for nothing that is none: %s', async (query) => {
    expect(await askedWith(query)).toEqual({})
  })
})

describe('ASVS 6.8.4; OpenID Connect Core 3.1.3.7, 12 and 13: the way back', () => {
  it('begins a session that says when and how the person has signed in', async () => {
    const claims = { auth_time: ago(10), acr: 'urn:gold', amr: ['pwd', 'otp'] }
    const { location, token } = await comesBack('&max_age=300&acr_values=urn:gold', claims)
    expect(location).toBe(PAY)
    expect(token).toMatchObject(claims)
  })

  it.each([
    ['too long ago', '&max_age=300', { auth_time: ago(400) }],
    ['nobody knows when', '&max_age=300', {}],
    ['not sure enough', '&acr_values=urn:gold', { acr: 'urn:bronze' }],
    ['nobody knows how', '&acr_values=urn:gold', { auth_time: ago(0) }],
  ])('ends on the sign-in page, and begins nothing, when that was %s', async (_, query, claims) => {
    expect(await comesBack(query, claims)).toEqual({ location: UNMET, token: null })
  })

  it('a plain sign-in may be as old as it likes, and is not taken for a young one', async () => {
    expect(await comesBack('', { auth_time: ago(90_000) })).toMatchObject({
      location: PAY,
      token: { sub: 'ann' },
    })
    const { token } = await comesBack('', {})
    expect(token).not.toHaveProperty('auth_time')
    expect(token).not.toHaveProperty('acr')
  })

  it('forgives a provider’s clock five seconds', () => {
    const required = { authenticatedWithin: 300 }
    expect(isSufficient({ auth_time: 1000 }, required, 1305)).toBe(true)
    expect(isSufficient({ auth_time: 1000 }, required, 1306)).toBe(false)
    expect(isSufficient({ auth_time: 1000 }, {}, 9e9)).toBe(true)
  })
})
