import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import type { GatewayOptions } from '../../gateway/options.ts'
import type { Outcome } from '../../gateway/response/outcome.ts'
import { cookieJar } from '../../gateway/testing/cookie-jar.ts'
import { createHarness, KINDS } from '../../gateway/testing/harness.ts'
import type { DeviceOptions } from '../bind-devices.ts'
import { bindDevices } from '../bind-devices.ts'

export const ORIGIN = 'https://app.test'
export const REGISTER = '/session/device'
export const REFRESH = '/session/device/refresh'
const BY_BROWSER = { ...KINDS.api, 'sec-fetch-site': 'same-origin', origin: ORIGIN }
export const OWN = { 'sec-fetch-site': 'same-origin' }

/** The header of an answer that asks a browser to bind; empty for none. */
export const askedIn = ({ finish }: Outcome): string =>
  finish?.(new Response()).headers.get('secure-session-registration') ?? ''

/** A key of a device, and the proofs that it makes. */
export async function deviceKey(alg: 'ES256' | 'RS256' | 'ES384' | 'EdDSA' = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  return {
    jwk,
    /** As browsers make them, unless `header` or `claims` say otherwise. */
    prove(jti: string, { header = {}, claims = {} }: { header?: object; claims?: object } = {}) {
      const text = new TextEncoder().encode(JSON.stringify({ jti, ...claims }))
      return new CompactSign(text).setProtectedHeader({ alg, typ: 'dbsc+jwt', ...header }).sign(privateKey)
    },
  }
}

/** A gateway over https that binds sessions, before a backend that rotates `r1` to `r2` and so on. */
export async function boundHarness(
  device: DeviceOptions = {},
  options: Partial<GatewayOptions> = {},
  life = 900,
) {
  const harness = await createHarness({ deviceBinding: bindDevices(device), ...options }, life)
  return {
    ...harness,
    /** A token of somebody who has signed in just now. */
    fresh: () => harness.token({ auth_time: Math.floor(harness.clock.seconds()) }),
    send: (path: string, sent: Parameters<typeof harness.send>[1] = {}) => harness.send(ORIGIN + path, sent),
  }
}

type Harness = Awaited<ReturnType<typeof boundHarness>>

/** A browser with device keys, by hand: it does what Chromium does when it is told to. */
export async function fakeBrowser(harness: Harness, alg: 'ES256' | 'RS256' = 'ES256') {
  const key = await deviceKey(alg)
  const jar = cookieJar()
  const state = { did: '', challenge: '' as string | undefined }

  async function send(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
    const outcome = await harness.send(path, { method, headers, cookies: jar.header() })
    jar.receive(outcome.setCookies)
    const told = outcome.refusal?.headers.get('secure-session-challenge')
    if (told) state.challenge = /^"(.*)";id=".*"$/.exec(told)?.[1]
    return outcome
  }
  const post = (path: string, headers: Readonly<Record<string, string>>) =>
    send(path, { ...BY_BROWSER, ...headers }, 'POST')

  return {
    key,
    jar,
    state,
    send,
    /** Signs in, as an answer of the app does. */
    async signIn() {
      const attributes = 'Path=/; Secure; HttpOnly'
      jar.receive([
        `__Host-accessToken=${await harness.fresh()}; ${attributes}; Max-Age=900`,
        `__Host-refreshToken=r1; ${attributes}; Max-Age=43200`,
      ])
    },
    open: (path = '/page', headers: Readonly<Record<string, string>> = {}) =>
      send(path, { ...KINDS.document, ...OWN, ...headers }),
    /** Posts a registration with what the last answer has asked for. */
    async register(asked: string, proof?: string): Promise<Outcome> {
      const [, challenge = ''] = /challenge="([^"]*)"/.exec(asked) ?? []
      const outcome = await send(
        REGISTER,
        {
          'secure-session-response': proof ?? (await key.prove(challenge, { header: { jwk: key.jwk } })),
        },
        'POST',
      )
      const body = outcome.refusal?.status === 200 ? await outcome.refusal.clone().json() : {}
      state.did = body.session_identifier ?? state.did
      return outcome
    },
    /** Signs in and binds the session; then renews it, as Chromium does at once for a timer that is short. */
    async bind() {
      await this.signIn()
      const asked = askedIn(await this.open())
      const outcome = await this.register(asked)
      if (outcome.refusal?.status !== 200) throw new Error(`not bound: ${await outcome.refusal?.text()}`)
      await this.refresh()
    },
    /** One POST of the refresh endpoint. */
    post: (headers: Readonly<Record<string, string>> = {}) =>
      post(REFRESH, { 'sec-secure-session-id': state.did, ...headers }),
    /** Renews as Chromium does: with a proof over the challenge it has, else it asks for one first. */
    async refresh(): Promise<Outcome> {
      if (state.challenge === undefined) await this.post()
      const { challenge = '' } = state
      const first = await this.post({ 'secure-session-response': await key.prove(challenge) })
      if (first.refusal?.status !== 403) return first
      return this.post({ 'secure-session-response': await key.prove(state.challenge ?? '') })
    },
    /** The end of the access token and of the timer, when their cookies leave the jar. */
    expire(): void {
      harness.clock.advance(901_000)
      jar.receive([
        '__Host-accessToken=; Max-Age=0',
        '__Host-device=; Max-Age=0',
        '__Host-userDataEtls=; Max-Age=0',
      ])
    },
    /** A copy of the jar, in a browser that has not the key. */
    steal: () => jar.header(),
  }
}
