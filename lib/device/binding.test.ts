import { describe, expect, it } from 'vitest'
import { cookiesIn, KINDS } from '../gateway/testing/harness.ts'
import { createGatewayTokens } from '../gateway/token/gateway-token.ts'
import { askedIn, boundHarness, fakeBrowser, OWN, REFRESH, REGISTER } from './testing/fake-browser.ts'

describe('a browser that has just signed in', () => {
  it('is asked for a key, and has its refresh token sealed when it has renewed by that', async () => {
    const harness = await boundHarness()
    const browser = await fakeBrowser(harness)
    await browser.signIn()
    const page = await browser.open()
    expect(askedIn(page)).toMatch(/^\(ES256 RS256\);path="\/session\/device";challenge="[\w.-]+"$/)
    const { refusal, setCookies, finish } = await browser.register(askedIn(page))
    expect(refusal?.status).toBe(200)
    // The app's `refused` cannot change it.
    expect(finish?.(new Response())).toBe(refusal)
    expect(await refusal?.json()).toEqual({
      session_identifier: browser.state.did,
      refresh_url: '/session/device/refresh',
      scope: { origin: 'https://app.test', include_site: false, scope_specification: [] },
      credentials: [
        { type: 'cookie', name: '__Host-device', attributes: 'Path=/; Secure; HttpOnly; SameSite=Lax' },
      ],
    })
    expect(refusal?.headers.get('secure-session-challenge')).toMatch(
      new RegExp(`^"[\\w.-]+";id="${browser.state.did}"$`),
    )
    expect(setCookies.find((one) => one.startsWith('__Host-device='))).toBe(
      '__Host-device=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
    )
    expect(setCookies.join()).not.toContain('__Host-refreshToken')
    // Nothing is spent, so that an answer that is lost costs nothing.
    expect(harness.backend.calls).toEqual([])
    const renewed = await browser.refresh()
    expect(renewed.setCookies.find((one) => one.startsWith('__Host-device='))).toBe(
      '__Host-device=1; Path=/; Max-Age=870; Secure; HttpOnly; SameSite=Lax',
    )
    expect(renewed.setCookies.find((one) => one.startsWith('__Host-refreshToken='))).toMatch(
      /^__Host-refreshToken=b1\.[^;]+; Path=\/; Max-Age=43200; Secure; HttpOnly; SameSite=Lax$/,
    )
    expect([...setCookies, ...renewed.setCookies].join()).not.toMatch(/\br[12]\b/)
    expect(harness.backend.calls.map(({ refreshToken }) => refreshToken)).toEqual(['r1'])
    expect(harness.events.at(-1)).toMatchObject({ type: 'device.bound', sid: 'session-1', alg: 'ES256' })
  })

  it('goes on as before when it has not heard the answer, or the half of it that sets cookies', async () => {
    for (const half of ['none', 'cookies']) {
      const harness = await boundHarness()
      const browser = await fakeBrowser(harness)
      await browser.signIn()
      const before = browser.jar.header()
      await browser.register(askedIn(await browser.open()))
      expect(askedIn(await browser.open())).toBeTruthy()
      harness.clock.advance(901_000)
      const all = half === 'none' ? before : browser.jar.header()
      const cookies = all.replace(/__Host-accessToken=[^;]*; /, '')
      expect((await harness.send('/page', { cookies })).outcome).toBe('renewed')
    }
  })

  it('has signed out, and in again: a key that comes late from the session before ends nothing', async () => {
    const secret = 'a secret of the gateway that is long enough'
    const gatewaySecrets = [secret]
    const harness = await boundHarness({}, { gatewaySecrets })
    const browser = await fakeBrowser(harness)
    await browser.signIn()
    await browser.register(askedIn(await browser.open()))
    const exp = Math.floor(harness.clock.seconds()) + 60
    const mark = await createGatewayTokens({ gatewaySecrets, keys: { secret } }).sign('signed-out+jwt', {
      sid: 'session-1',
      exp,
    })
    browser.jar.receive([`__Host-signedOut=${mark}; Path=/; Secure; HttpOnly; Max-Age=60`])
    harness.backend.answer = async () =>
      Response.json({ accessToken: await harness.token({ sid: 'session-2' }), refreshToken: 'r9' })
    expect((await browser.refresh()).refusal?.status).toBe(200)
    expect((await browser.open()).outcome).toBe('active')
  })

  it('may have been renewed without its key, with requests that were under way, before it renews by it', async () => {
    const harness = await boundHarness()
    const browser = await fakeBrowser(harness)
    await browser.signIn()
    await browser.register(askedIn(await browser.open()))
    harness.clock.advance(901_000)
    expect((await browser.open()).outcome).toBe('renewed')
    expect((await browser.refresh()).refusal?.status).toBe(200)
    expect(browser.jar.header()).toMatch(/__Host-refreshToken=b1\./)
  })

  it('may have a key of RSA', async () => {
    const harness = await boundHarness()
    const browser = await fakeBrowser(harness, 'RS256')
    await browser.bind()
    browser.expire()
    expect((await browser.refresh()).refusal?.status).toBe(200)
  })

  it.each([
    ['from another site', { ...KINDS.document, 'sec-fetch-site': 'cross-site' }],
    ['from a sibling', { ...KINDS.document, 'sec-fetch-site': 'same-site' }],
    ['of an old browser', KINDS.document],
    ['for a prefetch', { ...KINDS.prefetch, ...OWN }],
    ['for an image', { ...OWN, accept: 'image/*', 'sec-fetch-dest': 'image' }],
  ])('is not asked on a request %s', async (_, headers) => {
    const harness = await boundHarness()
    const browser = await fakeBrowser(harness)
    await browser.signIn()
    expect(askedIn(await browser.send('/page', headers))).toBe('')
  })

  it.each([
    ['a fetch', { ...KINDS.api, ...OWN }],
    ['a navigation of the router', { ...KINDS.navigation, ...OWN }],
    ['an action', KINDS.action],
    ['an address that was typed', { ...KINDS.document, 'sec-fetch-site': 'none' }],
  ])('is asked on %s', async (_, headers) => {
    const harness = await boundHarness()
    const browser = await fakeBrowser(harness)
    await browser.signIn()
    expect(askedIn(await browser.send('/page', headers))).toBeTruthy()
  })

  it('is asked for five minutes, by when the person has signed in, and not by when the token was issued', async () => {
    const harness = await boundHarness()
    const { clock, token, send } = harness
    const signedIn = Math.floor(clock.seconds())
    const ask = async (claims: object) => {
      const cookies = { '__Host-accessToken': await token(claims), '__Host-refreshToken': 'r1' }
      return askedIn(await send('/page', { headers: { ...KINDS.document, ...OWN }, cookies })) !== ''
    }
    expect(await ask({ auth_time: signedIn - 299 })).toBe(true)
    expect(await ask({ auth_time: signedIn - 301 })).toBe(false)
    // A backend that does not tell is taken at its tokens' word.
    expect(await ask({})).toBe(true)
    expect(await ask({ iat: signedIn - 301 })).toBe(false)
  })
})

describe('a bound session', () => {
  it('is renewed by a proof, in one round trip, and no ordinary request renews it', async () => {
    const harness = await boundHarness()
    const browser = await fakeBrowser(harness)
    await browser.bind()
    harness.clock.advance(885_000)
    const page = await browser.open()
    expect(page.outcome).toBe('active')
    expect(askedIn(page)).toBe('')
    expect(harness.backend.calls).toHaveLength(1)
    browser.expire()
    const { refusal, setCookies } = await browser.refresh()
    expect(refusal?.status).toBe(200)
    expect(await refusal?.text()).toBe('')
    expect(harness.backend.calls.at(-1)?.refreshToken).toBe('r2')
    expect(setCookies.map((one) => one.split('=')[0])).toEqual([
      '__Host-accessToken',
      '__Host-refreshToken',
      '__Host-userDataEtls',
      '__Host-device',
    ])
    expect((await browser.open()).outcome).toBe('active')
    const renewed = harness.decisions.filter(({ type }) => type === 'session.renewed')
    expect(renewed.map((event) => 'token' in event && event.token)).toEqual(['proof', 'proof'])
    expect(browser.jar.header()).toMatch(/__Host-refreshToken=b1\./)
  })

  it('is asked for a proof first where the browser has no challenge, as after its restart', async () => {
    const harness = await boundHarness()
    const browser = await fakeBrowser(harness)
    await browser.bind()
    browser.state.challenge = undefined
    const { refusal, setCookies } = await browser.post()
    expect(refusal?.status).toBe(403)
    expect(refusal?.headers.get('secure-session-challenge')).toContain(`;id="${browser.state.did}"`)
    expect(setCookies).toEqual([])
    expect((await browser.refresh()).refusal?.status).toBe(200)
  })

  it('goes on when an answer was lost: the same proof gets the same child', async () => {
    const harness = await boundHarness()
    const browser = await fakeBrowser(harness)
    await browser.bind()
    const cookies = browser.jar.header()
    const headers = {
      'sec-fetch-site': 'same-origin',
      'sec-secure-session-id': browser.state.did,
      'secure-session-response': await browser.key.prove(browser.state.challenge ?? ''),
    }
    for (const _ of [1, 2, 3]) {
      const { refusal } = await harness.send(REFRESH, { method: 'POST', headers, cookies })
      expect(refusal?.status).toBe(200)
    }
    expect(harness.backend.calls.map(({ refreshToken }) => refreshToken)).toEqual(['r1', 'r2'])
  })

  it('goes on when GATEWAY_SECRET is rotated', async () => {
    const [old, next] = [
      'an old secret of the gateway, long enough',
      'a new secret of the gateway, long enough',
    ]
    const before = await boundHarness({}, { gatewaySecrets: [old] })
    const browser = await fakeBrowser(before)
    await browser.bind()
    const after = await boundHarness({}, { gatewaySecrets: [next, old] })
    const { headers } = await rotated(browser, after)
    expect(headers).toBe(200)
  })

  async function rotated(
    browser: Awaited<ReturnType<typeof fakeBrowser>>,
    { send }: Awaited<ReturnType<typeof boundHarness>>,
  ) {
    const headers = {
      'sec-fetch-site': 'same-origin',
      'sec-secure-session-id': browser.state.did,
      'secure-session-response': await browser.key.prove(browser.state.challenge ?? ''),
    }
    const { refusal } = await send(REFRESH, { method: 'POST', headers, cookies: browser.jar.header() })
    return { headers: refusal?.status }
  }

  it('ends when the backend ends it: 401, cookies cleared, and the sign-in page says why', async () => {
    const harness = await boundHarness()
    const browser = await fakeBrowser(harness)
    await browser.bind()
    harness.backend.answer = () => Response.json({ error: 'session_revoked' }, { status: 403 })
    const outcome = await browser.refresh()
    expect(outcome.refusal?.status).toBe(401)
    expect(cookiesIn(outcome)).toMatchObject({
      '__Host-accessToken': '(cleared)',
      '__Host-refreshToken': '(cleared)',
      '__Host-device': '(cleared)',
    })
    const { refusal } = await browser.open()
    expect(refusal?.headers.get('location')).toBe('/login?returnTo=%2Fpage&reason=ended-elsewhere')
  })

  it('holds a token of 4,000 bytes, in chunks', async () => {
    const harness = await boundHarness({}, { maxRefreshTokenBytes: 4096 })
    const child = 'x'.repeat(4000)
    const accept = harness.backend.answer
    harness.backend.answer = async (call) => {
      const answer = await (await accept({ ...call, refreshToken: 'r1' })).json()
      return Response.json({ ...answer, refreshToken: child })
    }
    const browser = await fakeBrowser(harness)
    await browser.bind()
    expect(browser.jar.names()).toContain('__Host-refreshToken.1')
    expect((await browser.open()).outcome).toBe('active')
    browser.expire()
    expect((await browser.refresh()).refusal?.status).toBe(200)
    expect(harness.backend.calls.at(-1)?.refreshToken).toBe(child)
  })
})

describe('the endpoints', () => {
  it('are below the `basePath`, and where the option says', async () => {
    const paths = { register: '/dbsc', refresh: '/dbsc/again/' } as const
    const harness = await boundHarness({ paths }, { basePath: '/shop' })
    const browser = await fakeBrowser(harness)
    await browser.signIn()
    const asked = askedIn(await browser.open('/shop/page'))
    expect(asked).toContain('path="/shop/dbsc"')
    const [, challenge = ''] = /challenge="([^"]*)"/.exec(asked) ?? []
    const { refusal } = await browser.send(
      '/shop/dbsc/',
      {
        ...OWN,
        'secure-session-response': await browser.key.prove(challenge, { header: { jwk: browser.key.jwk } }),
      },
      'POST',
    )
    expect(await refusal?.json()).toMatchObject({ refresh_url: '/shop/dbsc/again/' })
  })

  it.each([REGISTER, REFRESH])(
    '%s answers in no frame, to no other origin, and is never stored',
    async (path) => {
      const { send } = await boundHarness()
      const { refusal, noStore } = await send(path, { method: 'POST', headers: OWN })
      expect(refusal?.status).toBe(401)
      expect(noStore).toBe(true)
      expect(refusal?.headers.get('x-frame-options')).toBe('DENY')
      expect(refusal?.headers.get('cross-origin-resource-policy')).toBe('same-origin')
    },
  )

  it('are the app’s own for any other method', async () => {
    const { send } = await boundHarness()
    const { refusal } = await send(REGISTER)
    expect(refusal?.headers.get('location')).toBe('/login?returnTo=%2Fsession%2Fdevice')
  })
})
