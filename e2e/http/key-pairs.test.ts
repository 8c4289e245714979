import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { afterEach, expect, test } from 'vitest'
import { asApi, cookieHeader, setCookies, signInAtAuthServer } from '../support/client.ts'
import { startAuthServer } from '../support/processes.ts'
import type { Stack } from '../support/stack.ts'
import { startStack } from '../support/stack.ts'

let stack: Stack | undefined
afterEach(() => stack?.stop())

async function privateKey(alg: string) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, alg, use: 'sig', kid: await calculateJwkThumbprint(jwk) }
}

const keySet = (...keys: object[]) => JSON.stringify({ keys })

// The way is the same: the other kind with `npm test -- --all`.
test.each(['ES256', ...(process.env.EVERGATE_ALL ? ['EdDSA'] : [])])(
  '%s: a session lives through a rotation of the signing key, and through the end of the old one',
  async (alg) => {
    const [first, second] = [await privateKey(alg), await privateKey(alg)]
    stack = await startStack({ ETLS_ACCESS: '', SIGNING_KEYS: keySet(first) })
    const { app, env } = stack
    const ask = (cookie: string) => fetch(`${app.url}/api/session`, { headers: { ...asApi, cookie } })

    const session = await signInAtAuthServer(stack)
    expect((await ask(cookieHeader(session))).headers.get('x-session')).toBe('active')

    const port = Number(new URL(stack.auth.url).port)
    await stack.auth.stop()
    const rotated = await startAuthServer({ ...env, SIGNING_KEYS: keySet(second, first) }, port)
    expect((await ask(cookieHeader(session))).headers.get('x-session')).toBe('active')

    const renewal = await fetch(`${app.url}/api/refreshresttokens`, {
      method: 'POST',
      headers: { ...asApi, cookie: cookieHeader(session) },
    })
    expect(renewal.headers.get('x-session')).toBe('renewed')
    const cookies = setCookies(renewal)
    const renewed = {
      accessToken: cookies.get('accessToken')?.value ?? '',
      refreshToken: cookies.get('refreshToken')?.value ?? '',
    }
    expect((await ask(cookieHeader(renewed))).headers.get('x-session')).toBe('active')
    await rotated.stop()
  },
)

test('without a key set nobody is let in, nobody is signed out, and no rotation is wasted', async () => {
  stack = await startStack({ ETLS_ACCESS: '', SIGNING_KEYS: keySet(await privateKey('ES256')) })
  const { app, line } = stack
  const session = await signInAtAuthServer(stack)
  line.set((request, response) =>
    request.url === '/.well-known/jwks.json' ? response.writeHead(503).end() : request.socket.destroy(),
  )
  for (const cookie of [cookieHeader(session), cookieHeader({ refreshToken: session.refreshToken })]) {
    const response = await fetch(`${app.url}/api/session`, { headers: { ...asApi, cookie } })
    expect([response.status, response.headers.get('x-session')]).toEqual([503, 'degraded'])
    expect(response.headers.getSetCookie()).toEqual([])
  }
  expect(line.calls('/refreshtoken')).toHaveLength(0)
  line.set('connected')
  await expect
    .poll(
      async () => {
        const response = await fetch(`${app.url}/api/session`, {
          headers: { ...asApi, cookie: cookieHeader(session) },
        })
        return response.headers.get('x-session')
      },
      { timeout: 5_000 },
    )
    .toBe('active')
})
