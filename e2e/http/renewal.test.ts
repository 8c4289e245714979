import { beforeEach, describe, expect, test } from 'vitest'
import type { Tokens } from '../support/client.ts'
import {
  aged,
  asApi,
  asDocument,
  asNavigation,
  claimsOf,
  cookieHeader,
  expiredSession,
  setCookies,
  signInAtAuthServer,
} from '../support/client.ts'
import { hiddenFields } from '../support/forms.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const stack = await stackForFile()
beforeEach(() => stack.line.forget())

const get = (path: string, headers: Record<string, string>) =>
  fetch(stack.app.url + path, { headers, redirect: 'manual' })

/** The end of the response's new access token. */
function freshExpiry(response: Response): number {
  return Number(claimsOf(setCookies(response).get('accessToken')?.value ?? '').exp)
}

function expectRenewed(response: Response): void {
  expect(response.headers.get('x-session')).toBe('renewed')
  expect([...setCookies(response).keys()].sort()).toEqual(['accessToken', 'refreshToken', 'userDataEtls'])
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  expect(response.headers.get('server-timing')).toMatch(/session;desc="renewed";dur=\d+\.\d/)
}

describe('a request with an expired token sees the new session in that same request (next.js #49442)', () => {
  let session: Tokens
  beforeEach(async () => {
    session = await expiredSession(stack)
  })

  test('page', async () => {
    const response = await get('/dashboard', { ...asDocument, cookie: cookieHeader(session) })
    expect(response.status).toBe(200)
    expectRenewed(response)
    expect(await response.text()).toContain(String(freshExpiry(response)))
  })

  test('client-side navigation', async () => {
    // Next answers a client-side navigation with the wrong hash in `_rsc` with a redirect to the right one.
    const first = await get('/dashboard', { ...asNavigation, cookie: cookieHeader(session) })
    const location = first.headers.get('location')
    const response = location
      ? await get(location, { ...asNavigation, cookie: cookieHeader(session) })
      : first
    expect(response.headers.get('content-type')).toContain('text/x-component')
    expectRenewed(response)
    expect(await response.text()).toContain(String(freshExpiry(response)))
  })

  test('route handler', async () => {
    const response = await get('/api/session', { ...asApi, cookie: cookieHeader(session) })
    expectRenewed(response)
    expect(await response.json()).toMatchObject({ expiresAt: freshExpiry(response) })
  })

  test('rewrite by the app’s own middleware', async () => {
    const response = await get('/me', { ...asDocument, cookie: cookieHeader(session) })
    expect(response.status).toBe(200)
    expectRenewed(response)
    expect(await response.text()).toContain(String(freshExpiry(response)))
  })

  test('server action (nextjs-auth0 #1934: what was posted at expiry is not lost)', async () => {
    const page = await get('/dashboard', {
      ...asDocument,
      cookie: cookieHeader(await signInAtAuthServer(stack)),
    })
    const form = hiddenFields(await page.text(), 'note')
    form.set('note', 'typed before the token ran out')
    const response = await fetch(`${stack.app.url}/dashboard`, {
      method: 'POST',
      headers: { ...asDocument, 'sec-fetch-site': 'same-origin', cookie: cookieHeader(session) },
      body: form,
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-session')).toBe('renewed')
    // Next writes this header of an action itself, over whatever a middleware says.
    expect(response.headers.get('cache-control')).toContain('no-store')
    const html = await response.text()
    expect(html).toContain('typed before the token ran out')
    expect(html).toContain(String(freshExpiry(response)))
  })

  test('the proxied backend call carries the new bearer token and no session cookie', async () => {
    const response = await get('/api/backend/me', { ...asApi, cookie: cookieHeader(session, 'theme=dark') })
    expectRenewed(response)
    expect(await response.json()).toMatchObject({ email: 'demo@example.com' })
    const [call] = stack.line.calls('/me')
    expect(call?.headers.authorization).toBe(`Bearer ${setCookies(response).get('accessToken')?.value}`)
    expect(call?.headers.cookie).toBe('theme=dark')
  })
})

describe('one renewal', () => {
  test('next-auth #8897: 200 parallel requests with one expired token make one refresh call and all succeed', async () => {
    const cookie = cookieHeader(await expiredSession(stack))
    stack.line.forget()
    const responses = await Promise.all(
      Array.from({ length: 200 }, () => get('/api/session', { ...asApi, cookie })),
    )
    expect(responses.map((response) => response.status)).toEqual(Array(200).fill(200))
    expect(stack.line.calls('/refreshtoken')).toHaveLength(1)
    const refreshTokens = new Set(
      responses.map((response) => setCookies(response).get('refreshToken')?.value),
    )
    expect(refreshTokens.size).toBe(1)
  })

  test('a straggler with the old cookie gets the same answer without a call', async () => {
    const cookie = cookieHeader(await expiredSession(stack))
    const first = await get('/api/session', { ...asApi, cookie })
    stack.line.forget()
    const second = await get('/api/session', { ...asApi, cookie })
    // Not the whole headers: a second may have passed from their Max-Age.
    const values = (response: Response) => [...setCookies(response)].map(([name, { value }]) => [name, value])
    expect(values(second)).toEqual(values(first))
    expect(stack.line.calls('/refreshtoken')).toHaveLength(0)
  })

  test('a token near its end is renewed before it dies downstream (authkit-nextjs #452)', async () => {
    const session = await aged(stack, await signInAtAuthServer(stack), -10)
    expectRenewed(await get('/api/session', { ...asApi, cookie: cookieHeader(session) }))
  })

  test('a good token is left alone, and nothing is set', async () => {
    const session = await signInAtAuthServer(stack)
    stack.line.forget()
    const response = await get('/dashboard', { ...asDocument, cookie: cookieHeader(session) })
    expect(response.headers.get('x-session')).toBe('active')
    expect(response.headers.getSetCookie()).toEqual([])
    expect(stack.line.calls('/refreshtoken')).toHaveLength(0)
  })

  test('a public page greets a renewed session', async () => {
    const response = await get('/', { ...asDocument, cookie: cookieHeader(await expiredSession(stack)) })
    expectRenewed(response)
    expect(await response.text()).toContain('Demo')
  })

  test('POST /api/refreshresttokens renews a token that is still good', async () => {
    const session = await signInAtAuthServer(stack)
    const response = await fetch(`${stack.app.url}/api/refreshresttokens`, {
      method: 'POST',
      headers: { ...asApi, cookie: cookieHeader(session) },
    })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ message: 'Tokens refreshed' })
    expectRenewed(response)
    expect(setCookies(response).get('refreshToken')?.value).not.toBe(session.refreshToken)
  })

  test('the backend learns whom it serves, and gets no cookie but the refresh token', async () => {
    const session = await expiredSession(stack)
    stack.line.forget()
    await get('/api/session', {
      ...asApi,
      cookie: cookieHeader(session, 'theme=dark; session_id=1'),
      'user-agent': 'Browser/1.0',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    })
    const [call] = stack.line.calls('/refreshtoken')
    expect(call?.method).toBe('POST')
    expect(call?.headers.cookie).toBe(`refreshToken=${session.refreshToken}`)
    expect(call?.headers['user-agent']).toBe('Browser/1.0')
    expect(call?.headers.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/)
    expect(call?.headers['x-forwarded-for']).toBeTruthy()
    expect(call?.headers.authorization).toBeUndefined()
  })

  test('large request bodies arrive whole behind the gateway', async () => {
    const session = await expiredSession(stack)
    const body = new Uint8Array(12 * 1024 * 1024).fill(65)
    let received = -1
    stack.line.set(async (request, response) => {
      if (request.url === '/refreshtoken') return response.writeHead(503).end()
      received = 0
      for await (const chunk of request) received += chunk.length
      response.writeHead(204).end()
    })
    const fresh = await signInAtAuthServer(stack)
    try {
      const response = await fetch(`${stack.app.url}/api/backend/upload`, {
        method: 'POST',
        headers: { ...asApi, cookie: cookieHeader(fresh), 'content-type': 'application/octet-stream' },
        body,
      })
      expect(response.status).toBe(204)
      expect(received).toBe(body.length)
      expect(session.refreshToken).not.toBe(fresh.refreshToken)
    } finally {
      stack.line.set('connected')
    }
  })
})
