import { afterEach, describe, expect, test } from 'vitest'
import {
  aged,
  asApi,
  asDocument,
  cookieHeader,
  expiredSession,
  setCookies,
  signInAtAuthServer,
} from '../support/client.ts'
import type { LineState } from '../support/line.ts'
import { startStack } from '../support/stack.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const stack = await stackForFile({ REFRESH_TIMEOUT: '500' })
afterEach(() => stack.line.set('connected'))

const get = (path: string, headers: Record<string, string>) =>
  fetch(stack.app.url + path, { headers, redirect: 'manual' })

const status =
  (code: number): LineState =>
  (_request, response) =>
    response.writeHead(code, { 'content-type': 'application/json' }).end('{}')

const TROUBLE: [string, LineState][] = [
  ['the connection is dropped', 'cut'],
  ['no answer comes', () => {}],
  ['408', status(408)],
  ['429', status(429)],
  ['500', status(500)],
  ['503', status(503)],
  ['404', status(404)],
  ['200 without tokens', status(200)],
  ['200 with garbage', (_request, response) => response.writeHead(200).end('<html>')],
]

describe.each(TROUBLE)('authkit-nextjs #461: an outage signs nobody out (%s)', (_name, state) => {
  test('degraded while it lasts, no cookie touched; renewed once it is over', async () => {
    const cookie = cookieHeader(await expiredSession(stack))
    stack.line.set(state)

    const page = await get('/dashboard', { ...asDocument, cookie })
    expect(page.status).toBe(503)
    expect(page.headers.get('x-session')).toBe('degraded')
    expect(page.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(page.headers.getSetCookie()).toEqual([])
    expect(await page.text()).toContain('still signed in')

    const api = await get('/api/session', { ...asApi, cookie })
    expect(api.status).toBe(503)
    expect(await api.json()).toMatchObject({ error: 'temporarily_unavailable' })

    const publicPage = await get('/', { ...asDocument, cookie })
    expect(publicPage.status).toBe(200)
    expect(publicPage.headers.get('x-session')).toBe('degraded')
    expect(publicPage.headers.getSetCookie()).toEqual([])

    stack.line.set('connected')
    // After silence, the backend is left alone for as long as the silence cost a visitor.
    await expect
      .poll(async () => (await get('/dashboard', { ...asDocument, cookie })).headers.get('x-session'), {
        timeout: 5_000,
      })
      .toBe('renewed')
  })
})

test('a token that is only near its end goes on being served', async () => {
  const cookie = cookieHeader(await aged(stack, await signInAtAuthServer(stack), -10))
  stack.line.set('cut')
  const response = await get('/api/session', { ...asApi, cookie })
  expect(response.status).toBe(200)
  expect(response.headers.get('x-session')).toBe('degraded')
  expect(response.headers.getSetCookie()).toEqual([])
})

test('one dropped connection is tried again within the same request', async () => {
  const cookie = cookieHeader(await expiredSession(stack))
  stack.line.forget()
  stack.line.set((request) => {
    stack.line.set('connected')
    request.socket.destroy()
  })
  const response = await get('/api/session', { ...asApi, cookie })
  expect(response.headers.get('x-session')).toBe('renewed')
  expect(stack.line.calls('/refreshtoken')).toHaveLength(2)
})

test('an answer that never comes costs no more than the budget', async () => {
  const cookie = cookieHeader(await expiredSession(stack))
  stack.line.set(() => {})
  const startedAt = performance.now()
  await get('/api/session', { ...asApi, cookie })
  expect(performance.now() - startedAt).toBeLessThan(1500)
})

test('the auth server dies and comes back with its store: the session lives on', async () => {
  const own = await startStack()
  try {
    const cookie = cookieHeader(await expiredSession(own))
    const port = Number(new URL(own.auth.url).port)
    await own.auth.stop('SIGKILL')
    const down = await fetch(`${own.app.url}/api/session`, { headers: { ...asApi, cookie } })
    expect(down.headers.get('x-session')).toBe('degraded')
    const { startAuthServer } = await import('../support/processes.ts')
    const again = await startAuthServer(own.env, port)
    const up = await fetch(`${own.app.url}/api/session`, { headers: { ...asApi, cookie } })
    expect(up.status).toBe(200)
    expect(setCookies(up).has('refreshToken')).toBe(true)
    await again.stop()
  } finally {
    await own.stop()
  }
})

test('STALE_IF_ERROR serves reading requests past the end of the token, and no others', async () => {
  const own = await startStack({ STALE_IF_ERROR: '120', REFRESH_TIMEOUT: '500' })
  try {
    const session = await expiredSession(own)
    const older = await aged(own, session, 600)
    own.line.set('cut')
    const read = (tokens: typeof session, method: string, path = '/api/session') =>
      fetch(own.app.url + path, { method, headers: { ...asApi, cookie: cookieHeader(tokens) } })
    const served = await read(session, 'GET')
    expect([served.status, served.headers.get('x-session')]).toEqual([200, 'degraded'])
    expect((await read(session, 'POST', '/api/backend/me')).status).toBe(503)
    expect((await read(older, 'GET')).status).toBe(503)
  } finally {
    await own.stop()
  }
})
