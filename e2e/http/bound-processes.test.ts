import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asApi, asDocument, setCookies, signInAtAuthServer } from '../support/client.ts'
import { challengeToRegister, challengeToRenew, deviceKey } from '../support/device-key.ts'
import type { Running } from '../support/processes.ts'
import { startApp } from '../support/processes.ts'
import type { Stack } from '../support/stack.ts'
import { startStack } from '../support/stack.ts'

const REFRESH = '/session/device/refresh'
/** As a load balancer sends it that ends TLS. */
const OVER_TLS = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'app.test' }

type Jar = Readonly<Record<string, string>>

/** The jar behind an answer. */
function received(jar: Jar, response: Response): Jar {
  const all = { ...jar }
  for (const [name, { value }] of setCookies(response)) all[name] = value
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
}

/** A bound session whose browser asks a process after the other. */
async function bindSession(stack: Stack, gateways: readonly Running[]) {
  const key = await deviceKey()
  const state = { jar: {} as Jar, did: '', challenge: '', asked: 0 }

  const send = (
    path: string,
    headers: Readonly<Record<string, string>>,
    { method = 'GET', jar = state.jar } = {},
  ) => {
    const cookie = Object.entries(jar)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ')
    const { url = '' } = gateways[state.asked++ % gateways.length] ?? {}
    return fetch(url + path, { method, headers: { ...OVER_TLS, ...headers, cookie }, redirect: 'manual' })
  }
  const hear = (response: Response) => {
    state.jar = received(state.jar, response)
    state.challenge = challengeToRenew(response.headers.get('secure-session-challenge')) ?? state.challenge
    return response
  }
  const proven = async () => ({
    ...{
      'sec-fetch-site': 'same-origin',
      origin: 'https://app.test',
      'sec-secure-session-id': `"${state.did}"`,
    },
    'secure-session-response': await key.prove(state.challenge),
  })

  const { accessToken, refreshToken } = await signInAtAuthServer(stack)
  state.jar = { '__Host-accessToken': accessToken, '__Host-refreshToken': refreshToken }
  const page = await send('/dashboard', asDocument)
  const offered = challengeToRegister(page.headers.get('secure-session-registration')) ?? ''
  const headers = { 'secure-session-response': await key.register(offered) }
  const registered = hear(await send('/session/device', headers, { method: 'POST' }))
  state.did = ((await registered.json()) as { session_identifier: string }).session_identifier

  return {
    state,
    /** Renews by one proof, at so many processes at once; the jar is that of one of the answers. */
    async refresh(times = 1): Promise<Response[]> {
      const [headers, before] = [await proven(), state.jar]
      const answers = await Promise.all(
        Array.from({ length: times }, () => send(REFRESH, headers, { method: 'POST', jar: before })),
      )
      const last = answers[Math.floor(times / 2)]
      if (last) hear(last)
      return answers
    },
    /** The end of the access token and of the timer. */
    end() {
      const { '__Host-accessToken': _, '__Host-device': __, ...kept } = state.jar
      state.jar = kept
    },
    ask: () => send('/api/session', asApi),
  }
}

describe.runIf(process.env.EVERGATE_ALL)(
  'one bound session and four processes that share their secrets alone',
  () => {
    let stack: Stack
    let gateways: Running[]
    let env: Record<string, string>
    beforeAll(async () => {
      stack = await startStack({ TRUST_PROXY: '1', DEVICE_BINDING: 'prefer' })
      await stack.app.stop()
      env = { ...stack.env, NODE_ENV: 'production', REMOTE_API: stack.line.url }
      gateways = await Promise.all([1, 2, 3, 4].map(() => startApp(env)))
    }, 120_000)
    afterAll(async () => {
      await Promise.all(gateways.map((gateway) => gateway.stop()))
      await stack.stop()
    })

    test('100 renewals at once, at all of them: at most one call of each, one rotation, and nothing is lost', async () => {
      const browser = await bindSession(stack, gateways)
      const people = new Set<string>()
      for (let round = 0; round < 5; round += 1) {
        browser.end()
        stack.line.forget()
        const answers = await browser.refresh(100)
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
        expect(stack.line.calls('/refreshtoken').length).toBeLessThanOrEqual(4)
        for (const _ of gateways) {
          const answer = await browser.ask()
          expect([answer.status, answer.headers.get('x-session')]).toEqual([200, 'active'])
          people.add(((await answer.json()) as { user: { id: string } }).user.id)
        }
      }
      expect(people.size).toBe(1)
      expect(stack.auth.output()).not.toContain('reuse-detected')
    }, 60_000)

    test('goes on while each of them is started anew, with a new secret at last', async () => {
      const browser = await bindSession(stack, gateways)
      await browser.refresh()
      const [before, next] = [env.GATEWAY_SECRET, randomBytes(32).toString('base64url')]
      // Staged, rotated, and the one before given up.
      for (const secrets of [`${before},${next}`, `${next},${before}`, next])
        for (const index of gateways.keys()) {
          await gateways[index]?.stop()
          gateways[index] = await startApp({ ...env, GATEWAY_SECRET: secrets })
          for (const _ of gateways) {
            browser.end()
            const [answer] = await browser.refresh()
            expect(answer?.status).toBe(200)
            expect((await browser.ask()).headers.get('x-session')).toBe('active')
          }
        }
    }, 240_000)
  },
)
