import { beforeEach, expect, test } from 'vitest'
import {
  asApi,
  asDocument,
  asNavigation,
  cookieHeader,
  expiredSession,
  setCookies,
  signInAtAuthServer,
} from '../support/client.ts'
import { startApp } from '../support/processes.ts'
import { stackForFile } from '../support/stack-for-file.ts'

// Habits of Next that a gateway must know: each of these was seen to go wrong somewhere.

const stack = await stackForFile()
beforeEach(() => stack.line.set('connected'))

const get = (path: string, headers: Record<string, string>, init: RequestInit = {}) =>
  fetch(stack.app.url + path, { headers, redirect: 'manual', ...init })

test('next.js #96266, supabase/ssr #176: a page that carries Set-Cookie is not for any cache', async () => {
  const response = await get('/', {
    ...asDocument,
    cookie: cookieHeader(await expiredSession(stack)),
  })
  expect(response.headers.get('x-session')).toBe('renewed')
  expect(setCookies(response).has('refreshToken')).toBe(true)
  expect(response.headers.get('cache-control')).toBe('private, no-store')
})

test('a file for everybody renews nothing, and carries no Set-Cookie into a cache', async () => {
  const response = await get('/icon.svg', {
    ...asDocument,
    cookie: cookieHeader(await expiredSession(stack)),
  })
  expect(response.headers.get('x-session')).toBe('anonymous')
  expect(response.headers.getSetCookie()).toEqual([])
})

test('a static answer without a session may be cached', async () => {
  const response = await get('/icon.svg', asDocument)
  expect(response.headers.getSetCookie()).toEqual([])
  expect(response.headers.get('cache-control')).not.toContain('no-store')
})

test.each([
  ['CVE-2025-29927', { 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware' }],
  [
    'an invented override',
    { 'x-middleware-override-headers': 'cookie', 'x-middleware-request-cookie': 'a=b' },
  ],
  ['an invented outcome', { 'x-session': 'active' }],
  ['a prefetch header alone', { 'next-router-prefetch': '1' }],
])('no request header opens a protected page: %s', async (_name, headers) => {
  const response = await get('/dashboard', { ...asDocument, ...(headers as Record<string, string>) })
  expect([303, 401]).toContain(response.status)
  expect(response.headers.get('x-session')).toBe('anonymous')
})

test('what a browser says of its session in headers never reaches the page', async () => {
  const cookie = cookieHeader(await signInAtAuthServer(stack))
  const response = await get('/dashboard', {
    ...asDocument,
    cookie,
    'x-session': 'degraded',
    'server-timing': 'session;desc="degraded";dur=1',
  })
  expect(response.headers.get('x-session')).toBe('active')
  const html = await response.text()
  expect(html).toContain('active')
  expect(html).not.toContain('>degraded<')
})

test('a client-side navigation that Next sends round twice renews once', async () => {
  const cookie = cookieHeader(await expiredSession(stack))
  stack.line.forget()
  const first = await get('/dashboard?_rsc=wrong', { ...asNavigation, cookie })
  expect(first.status).toBe(307)
  const second = await get(first.headers.get('location') ?? '', { ...asNavigation, cookie })
  expect(second.status).toBe(200)
  expect(stack.line.calls('/refreshtoken')).toHaveLength(1)
})

test('a visitor who leaves does not take the renewal of the others along', async () => {
  const cookie = cookieHeader(await expiredSession(stack))
  stack.line.forget()
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const arrived = new Promise<void>((resolve) => {
    stack.line.set(async (request, response) => {
      resolve()
      await held
      const answer = await fetch(stack.auth.url + request.url, {
        method: 'POST',
        headers: { cookie: request.headers.cookie ?? '' },
      })
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
    })
  })
  const leaving = new AbortController()
  const first = get('/api/session', { ...asApi, cookie }, { signal: leaving.signal }).catch(() => 'left')
  await arrived
  const second = get('/api/session', { ...asApi, cookie })
  leaving.abort()
  expect(await first).toBe('left')
  letGo()
  expect((await second).headers.get('x-session')).toBe('renewed')
  expect(stack.line.calls('/refreshtoken')).toHaveLength(1)
})

test('cookies that nobody can read cost nothing but themselves', async () => {
  const session = await signInAtAuthServer(stack)
  for (const others of ['bad=100%25%', 'bad=%E0%A4%A', 'a=b=c=d', '=x', ';;;', `big=${'x'.repeat(6000)}`]) {
    const response = await get('/api/session', { ...asApi, cookie: cookieHeader(session, others) })
    expect([others.slice(0, 12), response.status]).toEqual([others.slice(0, 12), 200])
  }
  const garbled = await get('/api/session', { ...asApi, cookie: 'accessToken=%zz; refreshToken=caf\u00e9' })
  expect(garbled.status).toBe(401)
  expect(setCookies(garbled).get('refreshToken')?.header).toContain('Max-Age=0')
})

test('the same session cookie twice is not used, and cleared, so that the next sign-in works', async () => {
  const mine = await signInAtAuthServer(stack)
  const other = await signInAtAuthServer(stack)
  const cookie = `${cookieHeader(mine)}; ${cookieHeader(other)}`
  const response = await get('/api/session', { ...asApi, cookie })
  expect(response.status).toBe(401)
  expect(response.headers.get('x-session')).toBe('anonymous')
  expect([...setCookies(response).keys()].sort()).toEqual(['accessToken', 'refreshToken'])
})

test('a rewrite and a redirect work when the server listens on an address of its own', async () => {
  const app = await startApp(
    { ...stack.env, NODE_ENV: 'production', REMOTE_API: stack.line.url },
    undefined,
    '127.0.0.1',
  )
  try {
    const cookie = cookieHeader(await expiredSession(stack))
    const rewritten = await fetch(`${app.url}/me`, { headers: { ...asDocument, cookie } })
    expect(rewritten.status).toBe(200)
    const redirected = await fetch(`${app.url}/me`, { headers: asDocument, redirect: 'manual' })
    expect(redirected.headers.get('location')).toBe('/login?returnTo=%2Fme')
  } finally {
    await app.stop()
  }
})
