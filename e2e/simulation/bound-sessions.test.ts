import { randomBytes } from 'node:crypto'
import { bindDevices, DEVICE_PROOF } from 'evergate/device'
import type { GatewayOptions, Outcome } from 'evergate/gateway'
import { createSessionGateway } from 'evergate/gateway'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { accessSecret, manualClock, startServer } from '../../auth-server/testing/harness.ts'
import { challengeToRegister, challengeToRenew, deviceKey } from '../support/device-key.ts'

const OWN = { 'sec-fetch-site': 'same-origin' }
const secret = () => randomBytes(32).toString('base64url')

/** An auth server on a real socket, and gateways before it that call it over HTTP. */
async function world({
  gateways: count = 1,
  ...options
}: Partial<GatewayOptions> & { gateways?: number } = {}) {
  const clock = manualClock()
  const server = await startServer({ clock })
  const gatewaySecrets = [secret()]
  const gatewayWith = (own: Partial<GatewayOptions> = {}) =>
    createSessionGateway({
      remoteApi: server.url,
      keys: { secret: accessSecret },
      gatewaySecrets,
      rules: [{ path: '/', require: 'public' }],
      deviceBinding: bindDevices(),
      forwardCookies: [DEVICE_PROOF],
      clock,
      // The wait before another try.
      wait: async () => {},
      ...options,
      ...own,
    })
  const gateways = Array.from({ length: count }, () => gatewayWith())
  return { server, clock, gateways, gatewayWith, gatewaySecrets }
}
type World = Awaited<ReturnType<typeof world>>

/** A browser with device keys: it asks a gateway after the other. */
async function openBrowser({ gateways, server, clock }: World) {
  let key = await deviceKey()
  const jar = new Map<string, { value: string; endsAt: number }>()
  let asked = 0
  const state = { did: '', challenge: '' }

  function receive(setCookies: readonly string[]): void {
    for (const header of setCookies) {
      const [, name = '', value = '', maxAge] = /^([^=]+)=([^;]*).*?Max-Age=(\d+)/.exec(header) ?? []
      jar.delete(name)
      if (Number(maxAge) > 0) jar.set(name, { value, endsAt: clock() + Number(maxAge) * 1000 })
    }
  }
  const cookies = () =>
    [...jar]
      .filter(([, { endsAt }]) => endsAt > clock())
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')

  async function send(path: string, headers: Record<string, string> = {}, method = 'GET') {
    const gateway = gateways[asked++ % gateways.length]
    const sent = { host: 'app.test', ...headers, cookie: cookies() }
    const outcome = await gateway?.handle(new Request(`https://app.test${path}`, { method, headers: sent }))
    if (!outcome) throw new Error('no gateway')
    receive(outcome.setCookies)
    state.challenge =
      challengeToRenew(outcome.refusal?.headers.get('secure-session-challenge')) ?? state.challenge
    return outcome
  }
  const open = (headers: Record<string, string> = OWN) =>
    send('/page', { accept: 'text/html', 'sec-fetch-mode': 'navigate', ...headers })
  const offerIn = (outcome: Outcome) =>
    outcome.finish?.(new Response()).headers.get('secure-session-registration')
  const prove = async () =>
    send(
      '/session/device/refresh',
      {
        ...OWN,
        'sec-secure-session-id': state.did,
        'secure-session-response': await key.prove(state.challenge),
      },
      'POST',
    )
  return {
    jar,
    open,
    offerIn,
    cookies,
    /** Signs in at the auth server; answers the plain refresh token. */
    async signIn(email?: string): Promise<string> {
      const { accessToken, refreshToken } = await server.newcomer(email)
      const attributes = 'Path=/; Max-Age'
      receive([
        `__Host-accessToken=${accessToken}; ${attributes}=900`,
        `__Host-refreshToken=${refreshToken}; ${attributes}=43200`,
      ])
      return refreshToken
    },
    async register(outcome: Outcome) {
      const challenge = challengeToRegister(offerIn(outcome)) ?? ''
      const proof = await key.register(challenge)
      const answer = await send('/session/device', { 'secure-session-response': proof }, 'POST')
      if (answer.refusal?.status === 200) state.did = (await answer.refusal.clone().json()).session_identifier
      return answer
    },
    /** Renews as browsers do: asks for a challenge where it has none that is good. */
    async refresh() {
      const first = await prove()
      return first.refusal?.status === 403 ? prove() : first
    },
    /** Has this done, and does not hear the answer. */
    async unheard(act: () => Promise<unknown>) {
      const before = [...jar]
      await act()
      jar.clear()
      for (const [name, cookie] of before) jar.set(name, cookie)
    },
    accessToken: () => decodeJwt(jar.get('__Host-accessToken')?.value ?? ''),
    /** It has given up its device session, and makes another key. */
    async forget() {
      key = await deviceKey()
    },
    /** After its restart it has no challenge. */
    restart() {
      state.challenge = 'forgotten'
    },
  }
}

/** Binds the session of a browser, which then renews at once, as Chromium does. */
async function bind(browser: Awaited<ReturnType<typeof openBrowser>>) {
  expect((await browser.register(await browser.open())).refusal?.status).toBe(200)
  expect((await browser.refresh()).refusal?.status).toBe(200)
}

/** The same, with a session that is bound. */
async function boundBrowser(at: World) {
  const browser = await openBrowser(at)
  const plain = await browser.signIn()
  await bind(browser)
  return { browser, plain }
}

describe('a session that is bound at the gateway and at the auth server', () => {
  test('is renewed by its device, in access tokens that name the key; the copied refresh token is refused by the backend itself', async () => {
    const at = await world()
    const { server, clock } = at
    const { browser, plain } = await boundBrowser(at)
    const { cnf } = browser.accessToken()
    expect(cnf).toEqual({ jkt: expect.stringMatching(/^[\w-]{43}$/) })
    const sealed = browser.jar.get('__Host-refreshToken')?.value ?? ''
    expect((await server.refresh(sealed)).body.error).toBe('invalid_refresh_token')
    expect(await server.refresh(plain)).toMatchObject({
      status: 428,
      body: { error: 'device_binding_required' },
    })
    for (const _ of [1, 2, 3]) {
      clock.advance(890_000)
      expect(await server.refresh(plain)).toMatchObject({
        status: 403,
        body: { error: 'device_binding_required' },
      })
      expect((await browser.refresh()).refusal?.status).toBe(200)
      expect(browser.accessToken().cnf).toEqual(cnf)
      expect((await browser.open()).outcome).toBe('active')
    }
    expect(server.events().filter(({ event }) => event === 'device-proof-refused')).toHaveLength(4)
    const { sessions } = (
      await server.get('/sessions', { bearer: browser.jar.get('__Host-accessToken')?.value ?? '' })
    ).body
    expect(sessions).toMatchObject([{ device: 'bound' }])
  })

  test('is kept by a gateway that hands on no proof: trouble that is ours signs nobody out', async () => {
    const at = await world()
    const { browser } = await boundBrowser(at)
    const before = [at.gateways[0]]
    at.gateways.splice(0, 1, at.gatewayWith({ forwardCookies: [] }))
    at.clock.advance(890_000)
    const answer = await browser.refresh()
    expect([answer.refusal?.status, answer.setCookies]).toEqual([503, []])
    at.gateways.splice(0, 1, ...before.flatMap((gateway) => gateway ?? []))
    expect((await browser.refresh()).refusal?.status).toBe(200)
  })

  test('goes on where a plain request was under way while it was bound', async () => {
    const at = await world()
    const browser = await openBrowser(at)
    await browser.signIn()
    const late = browser.cookies()
    await bind(browser)
    // At another process, whose memory does not know of the binding.
    const other = at.gatewayWith()
    const headers = { host: 'app.test', cookie: late.replace(/__Host-accessToken=[^;]*; /, ''), ...OWN }
    const straggler = await other.handle(new Request('https://app.test/page', { headers }))
    expect([straggler.outcome, straggler.refusal?.status, straggler.setCookies]).toEqual([
      'degraded',
      503,
      [],
    ])
    at.clock.advance(890_000)
    expect((await browser.refresh()).refusal?.status).toBe(200)
  })

  test('leads a thief with the plain cookies to the sign-in page, and its owner goes on', async () => {
    const at = await world()
    const browser = await openBrowser(at)
    await browser.signIn()
    const stolen = browser.cookies()
    await bind(browser)
    at.clock.advance(901_000)
    const headers = { host: 'app.test', accept: 'text/html', 'sec-fetch-mode': 'navigate', cookie: stolen }
    const thief = await at.gateways[0]?.handle(new Request('https://app.test/page', { headers }))
    expect(thief?.outcome).toBe('ended')
    expect(thief?.refusal?.headers.get('location')).toContain('reason=device_binding_required')
    expect((await browser.refresh()).refusal?.status).toBe(200)
  })

  test('costs nobody the session whose answers are lost: of the registration, and of the first renewal', async () => {
    const at = await world({ gateways: 2 })
    const browser = await openBrowser(at)
    const plain = await browser.signIn()
    const page = await browser.open()
    await browser.unheard(() => browser.register(page))
    at.clock.advance(200_000)
    await browser.register(await browser.open())
    await browser.unheard(() => browser.refresh())
    at.clock.advance(10_000)
    expect((await browser.refresh()).refusal?.status).toBe(200)
    expect(browser.accessToken().cnf).toEqual({ jkt: expect.any(String) })
    expect((await at.server.refresh(plain)).status).toBe(428)
    const bound = at.server.events().filter(({ event }) => event === 'device-bound')
    expect(bound).toMatchObject([{ again: false }])
  })

  test('stays its browser’s when a thief renews with the plain token just before that does', async () => {
    const at = await world({ gateways: 2 })
    const browser = await openBrowser(at)
    const plain = await browser.signIn()
    await browser.register(await browser.open())
    const thief = await at.server.refresh(plain)
    expect(thief.status).toBe(200)
    expect((await browser.refresh()).refusal?.status).toBe(200)
    expect((await at.server.refresh(thief.body.refreshToken)).status).toBe(428)
    at.clock.advance(890_000)
    expect((await browser.refresh()).refusal?.status).toBe(200)
  })

  test('is registered again by a browser that has not heard the answer', async () => {
    const at = await world({ gateways: 2 })
    const browser = await openBrowser(at)
    await browser.signIn()
    const page = await browser.open()
    await browser.unheard(() => browser.register(page))
    expect((await browser.register(await browser.open())).refusal?.status).toBe(200)
    at.clock.advance(890_000)
    expect((await browser.refresh()).refusal?.status).toBe(200)
  })

  test('is registered again with another key, also at the process that remembers the first answer', async () => {
    const at = await world()
    const browser = await openBrowser(at)
    await browser.signIn()
    const page = await browser.open()
    await browser.unheard(() => browser.register(page))
    await browser.forget()
    expect((await browser.register(await browser.open())).refusal?.status).toBe(200)
    at.clock.advance(890_000)
    expect((await browser.refresh()).refusal?.status).toBe(200)
  })

  test('gives nothing that it remembers to the plain cookies, though they look like its browser', async () => {
    const at = await world()
    const browser = await openBrowser(at)
    await browser.signIn()
    const stolen = browser.cookies()
    await bind(browser)
    const headers = { host: 'app.test', cookie: stolen.replace(/__Host-accessToken=[^;]*; /, ''), ...OWN }
    const thief = await at.gateways[0]?.handle(new Request('https://app.test/page', { headers }))
    expect([thief?.outcome, thief?.refusal?.status, thief?.setCookies]).toEqual(['degraded', 503, []])
  })

  test('survives a restart of its browser, four processes that share nothing but secrets, and other secrets', async () => {
    const at = await world({ gateways: 4 })
    const { browser } = await boundBrowser(at)
    for (let round = 0; round < 9; round += 1) {
      if (round === 3) browser.restart()
      if (round === 5) {
        // Secrets rotate by a list: the new one seals, the old one opens.
        const gatewaySecrets = [secret(), ...at.gatewaySecrets]
        at.gateways.splice(0, 4, ...[1, 2, 3, 4].map(() => at.gatewayWith({ gatewaySecrets })))
      }
      at.clock.advance(880_000)
      expect((await browser.refresh()).refusal?.status).toBe(200)
      expect((await browser.open()).outcome).toBe('active')
    }
  })
})
