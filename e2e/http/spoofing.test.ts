import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asApi, asDocument, cookieHeader, expiredSession, signInAtAuthServer } from '../support/client.ts'
import { rawRequest } from '../support/raw-request.ts'
import type { Stack } from '../support/stack.ts'
import { startStack } from '../support/stack.ts'

const EVIL = 'evil.example'
const LIES: [string, Record<string, string>][] = [
  ['Host', { host: EVIL }],
  ['X-Forwarded-Host', { 'x-forwarded-host': EVIL }],
  ['both', { host: EVIL, 'x-forwarded-host': EVIL }],
  ['two of them', { 'x-forwarded-host': `${EVIL}, localhost` }],
  ['X-Forwarded-Proto', { 'x-forwarded-proto': 'javascript' }],
  ['X-Forwarded-Port', { 'x-forwarded-port': '1337' }],
  ['Forwarded', { forwarded: `host=${EVIL};proto=https` }],
  ['X-Host', { 'x-host': EVIL, 'x-forwarded-server': EVIL, 'x-http-host-override': EVIL }],
  ['a host with a path', { host: `localhost/${EVIL}` }],
  ['a host with a user', { host: `localhost@${EVIL}` }],
]

let stack: Stack

/** Relative, or on the host that the test itself addressed. */
function expectOwn(location: string | undefined): void {
  if (location === undefined) return
  expect(new URL(location, stack.app.url).origin, location).toBe(stack.app.url)
}

describe.each([
  ['without a trusted proxy', {}],
  ['behind a trusted proxy', { TRUST_PROXY: '1' }],
] as [string, Record<string, string>][])('%s', (_name, env) => {
  beforeAll(async () => {
    stack = await startStack(env)
  })
  afterAll(() => stack.stop())

  test.each(LIES)('ASVS 4.1.3, 3.7.2: %s sends nobody to another site', async (_lie, lie) => {
    const cookie = cookieHeader(await signInAtAuthServer(stack))
    for (const path of ['/dashboard', '/sessions?a=b', '/me', '/login?returnTo=/sessions']) {
      for (const sent of [{}, { cookie }]) {
        const response = await rawRequest(stack.app.url, path, { ...asDocument, ...lie, ...sent })
        expectOwn(response.headers.location)
        expect(response.body).not.toContain(EVIL)
      }
    }
  })

  test('ASVS 4.1.3: none leads the gateway to another backend', async () => {
    for (const [, lie] of LIES) {
      stack.line.forget()
      const cookie = cookieHeader(await expiredSession(stack))
      await rawRequest(stack.app.url, '/api/session', { ...asApi, ...lie, cookie })
      expect(stack.line.calls('/refreshtoken').length).toBeLessThanOrEqual(1)
      for (const call of stack.line.calls()) expect(call.headers.host).not.toContain(EVIL)
    }
  })
})

describe('ASVS 3.5.1: what decides whether a request comes from this site', () => {
  const post = async (headers: Record<string, string>) => {
    const cookie = cookieHeader(await signInAtAuthServer(stack))
    return (await rawRequest(stack.app.url, '/api/logout', { ...headers, cookie }, { method: 'POST' })).status
  }
  const forwarded = { origin: `https://${EVIL}`, 'x-forwarded-host': EVIL }

  describe('without a trusted proxy', () => {
    beforeAll(async () => {
      stack = await startStack()
    })
    afterAll(() => stack.stop())

    test('X-Forwarded-Host is anybody’s word', async () => expect(await post(forwarded)).toBe(403))
    test('Host counts', async () => expect(await post({ origin: stack.app.url })).toBe(204))
  })

  describe('behind a trusted proxy', () => {
    beforeAll(async () => {
      stack = await startStack({ TRUST_PROXY: '1' })
    })
    afterAll(() => stack.stop())

    test('X-Forwarded-Host is the proxy’s word', async () => {
      const over = (origin: string, proto = 'http') =>
        post({ origin, 'x-forwarded-host': 'app.example', 'x-forwarded-proto': proto })
      expect(await over('http://app.example')).toBe(204)
      expect(await over('https://app.example', 'https')).toBe(204)
      expect(await over(`http://${EVIL}`)).toBe(403)
      expect(await over('http://app.example', 'https')).toBe(403)
    })
  })
})
