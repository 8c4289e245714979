import { describe, expect, it } from 'vitest'
import { manualClock } from '../testing/clock.ts'
import { parseCookieHeader } from './cookies/header.ts'
import type { GatewayOptions } from './options.ts'
import { resolveOptions } from './options.ts'
import { createSessionReader } from './session-reader.ts'
import { cookieJar } from './testing/cookie-jar.ts'
import { createHarness } from './testing/harness.ts'
import { SECRET } from './testing/issuer.ts'
import { createGatewayTokens } from './token/gateway-token.ts'

/** A browser that the gateway has just renewed, and the app's own reader behind it. */
async function signedIn(options: Partial<GatewayOptions> = {}) {
  const { clock, send, token } = await createHarness(options)
  const settings = resolveOptions({
    remoteApi: 'http://backend.test',
    keys: { secret: SECRET },
    clock,
    ...options,
  })
  const reader = createSessionReader(settings)
  const jar = cookieJar()
  jar.receive(['refreshToken=r1'])
  jar.receive((await send('/dashboard', { cookies: jar.header() })).setCookies)
  const read = (header = jar.header(), { secure = false, degraded = false } = {}) =>
    reader(parseCookieHeader(header), { secure, degraded })
  return { clock, jar, read, token }
}

describe('code behind the gateway', () => {
  it('verifies the session again by itself, and reads whose it is', async () => {
    const { read, token } = await signedIn()
    expect(await read()).toMatchObject({
      subject: 'user-1',
      sid: 'session-1',
      roles: ['user'],
      accessToken: await token(),
      userData: { name: 'Ann' },
    })
  })

  it('finds none without cookies, in forged ones, or under the names of another scheme', async () => {
    const { jar, read } = await signedIn()
    expect(await read('')).toBeNull()
    expect(await read('accessToken=a.b.c')).toBeNull()
    expect(await read(jar.header().replace(/accessToken=\w+/, 'accessToken=x'))).toBeNull()
    expect(await read(jar.header(), { secure: true })).toBeNull()
    expect(await read(`${jar.header()}; ${jar.header()}`)).toBeNull()
  })

  it('ends with the access token', async () => {
    const { clock, read } = await signedIn()
    clock.advance(899_999)
    expect(await read()).not.toBeNull()
    clock.advance(1)
    expect(await read()).toBeNull()
  })

  it('finds none in a browser that has signed out of it, though an answer in flight has set it again', async () => {
    const { clock, jar, read } = await signedIn()
    const now = clock.seconds()
    const tokens = createGatewayTokens({ gatewaySecrets: [], keys: { secret: SECRET } })
    const mark = (sid: string) => tokens.sign('signed-out+jwt', { sid, exp: now + 60 })
    expect(await read(`${jar.header()}; signedOut=${await mark('session-1')}`)).toBeNull()
    expect(await read(`${jar.header()}; signedOut=${await mark('session-0')}`)).not.toBeNull()
  })

  it('serves an expired one only where the gateway did, and as long', async () => {
    const { clock, read } = await signedIn({ staleIfError: 300 })
    const degraded = true
    clock.advance(900_000 + 299_000)
    expect(await read(undefined, { degraded })).toMatchObject({ sid: 'session-1', userData: null })
    expect(await read(undefined, { degraded: false })).toBeNull()
    clock.advance(1000)
    expect(await read(undefined, { degraded })).toBeNull()
  })
})

describe('user data', () => {
  it('of another session or person is not used', async () => {
    const { jar, read, token } = await signedIn()
    for (const claims of [{ sid: 'session-2' }, { sub: 'user-2' }]) {
      const header = jar.header().replace(/accessToken=[^;]+/, `accessToken=${await token(claims)}`)
      expect(await read(header)).toMatchObject({ userData: null })
    }
  })

  it('that the gateway has not signed is not used, nor an access token in its place', async () => {
    const { jar, read, token } = await signedIn()
    for (const value of ['nonsense', 'a.b.c', await token({ userData: { name: 'Eve' } })]) {
      const header = jar.header().replace(/userDataEtls=[^;]+/, `userDataEtls=${value}`)
      expect(await read(header)).toMatchObject({ sid: 'session-1', userData: null })
    }
  })

  it('is no access token', async () => {
    const { jar, read } = await signedIn()
    const userData = /userDataEtls=([^;]+)/.exec(jar.header())?.[1]
    expect(await read(`accessToken=${userData}`)).toBeNull()
  })

  it('outlives a change of the gateway’s secret, as long as the old one is listed', async () => {
    const [older, newer] = [`older ${SECRET}`, `newer ${SECRET}`]
    const { clock, jar } = await signedIn({ gatewaySecrets: [older] })
    const readWith = (...gatewaySecrets: string[]) =>
      createSessionReader(
        resolveOptions({ remoteApi: 'http://backend.test', keys: { secret: SECRET }, gatewaySecrets, clock }),
      )(parseCookieHeader(jar.header()), { secure: false, degraded: false })
    expect((await readWith(newer, older))?.userData).toEqual({ name: 'Ann' })
    expect((await readWith(newer))?.userData).toBeNull()
  })
})

it('the derived secret is not the secret it is derived from', async () => {
  const { jar, read } = await signedIn({ gatewaySecrets: [SECRET] })
  expect((await read())?.userData).toEqual({ name: 'Ann' })
  const derived = createSessionReader(
    resolveOptions({ remoteApi: 'http://backend.test', keys: { secret: SECRET }, clock: manualClock() }),
  )
  expect(
    (await derived(parseCookieHeader(jar.header()), { secure: false, degraded: false }))?.userData,
  ).toBeNull()
})
