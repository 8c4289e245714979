import { describe, expect, test } from 'vitest'
import {
  ADMIN,
  asApi,
  asDocument,
  asNavigation,
  asPrefetch,
  cookieHeader,
  expiredSession,
  setCookies,
  signInAtAuthServer,
} from '../support/client.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const stack = await stackForFile()

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(stack.app.url + path, { headers, redirect: 'manual' })
const post = (path: string, headers: Record<string, string> = {}) =>
  fetch(stack.app.url + path, { method: 'POST', headers, redirect: 'manual' })

describe('without a session', () => {
  test('a document is sent to the sign-in page, and back to its path and query after it', async () => {
    const response = await get('/sessions?page=2&sort=a%2Fb', asDocument)
    expect(response.status).toBe(303)
    expect(response.headers.get('x-session')).toBe('anonymous')
    const location = new URL(response.headers.get('location') ?? '', stack.app.url)
    expect(location.origin).toBe(stack.app.url)
    expect(location.pathname).toBe('/login')
    expect(location.searchParams.get('returnTo')).toBe('/sessions?page=2&sort=a%2Fb')
  })

  test('an API request is answered 401 as RFC 6750 has it', async () => {
    const response = await get('/api/session', asApi)
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({ error: 'unauthenticated' })
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  test('a prefetch is answered 401 and never redirected (nextjs-auth0 #2450)', async () => {
    const response = await get('/dashboard', asPrefetch)
    expect(response.status).toBe(401)
    expect(response.headers.get('location')).toBeNull()
    expect(response.headers.getSetCookie()).toEqual([])
  })

  test('a client-side navigation is answered so that the router loads the page anew', async () => {
    const response = await get('/dashboard', asNavigation)
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).not.toContain('text/x-component')
  })

  test('a server action is led to the sign-in page, and back to its page', async () => {
    const response = await post('/dashboard', { ...asApi, 'next-action': '00' })
    expect(response.status).toBe(401)
    expect(response.headers.get('x-action-redirect')).toBe('/login?returnTo=%2Fdashboard;push')
  })

  test('paths that no rule names are protected', async () => {
    expect((await get('/no-such-page', asDocument)).status).toBe(303)
  })

  test.each([
    '/dashboard.rsc',
    '/dashboard/',
    '//dashboard',
    '/%64ashboard',
    '/dashboard.segments/_tree.segment.rsc',
  ])('a page has no back door: %s', async (path) => {
    const response = await get(path, { 'next-router-prefetch': '1', rsc: '1' })
    expect(response.status).toBeGreaterThanOrEqual(300)
    expect(await response.text()).not.toContain('demo@example.com')
  })

  test('public pages are served, and say so', async () => {
    const response = await get('/', asDocument)
    expect(response.status).toBe(200)
    expect(response.headers.get('x-session')).toBe('anonymous')
    expect(response.headers.get('server-timing')).toContain('session;desc="anonymous"')
  })
})

describe('roles', () => {
  test('a session without the role is answered 403', async () => {
    const cookie = cookieHeader(await signInAtAuthServer(stack))
    expect((await get('/admin', { ...asDocument, cookie })).status).toBe(403)
    expect((await get('/admin/anything', { ...asApi, cookie })).status).toBe(403)
  })

  test('a session with the role sees the page', async () => {
    const cookie = cookieHeader(await signInAtAuthServer(stack, ADMIN))
    expect((await get('/admin', { ...asDocument, cookie })).status).toBe(200)
  })
})

describe('the backend refuses', () => {
  async function revokedSession() {
    const session = await expiredSession(stack)
    await fetch(`${stack.auth.url}/logout`, { method: 'POST', headers: { cookie: cookieHeader(session) } })
    return session
  }

  test('the session has ended: cookies gone, one redirect, no loop (clerk #1324)', async () => {
    const response = await get('/dashboard', { ...asDocument, cookie: cookieHeader(await revokedSession()) })
    expect(response.status).toBe(303)
    expect(response.headers.get('x-session')).toBe('ended')
    const cleared = setCookies(response)
    expect(cleared.get('accessToken')?.header).toBe('accessToken=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax')
    expect(cleared.get('refreshToken')?.header).toBe(
      'refreshToken=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
    )
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    const next = await get(response.headers.get('location') ?? '', asDocument)
    expect(next.status).toBe(200)
  })

  test('the sign-in page itself is served, also with the dead cookies still there', async () => {
    const response = await get('/login', { ...asDocument, cookie: cookieHeader(await revokedSession()) })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-session')).toBe('ended')
  })

  test('an explicit renewal is answered 401', async () => {
    const response = await post('/api/refreshresttokens', {
      ...asApi,
      cookie: cookieHeader(await revokedSession()),
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('x-session')).toBe('ended')
  })
})

describe('cross-site requests', () => {
  test.each([
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['a null Origin', { origin: 'null' }],
    ['neither header', {}],
  ])('%s: refused with 403', async (_name, headers) => {
    const cookie = cookieHeader(await signInAtAuthServer(stack))
    const response = await post('/api/logout', { ...(headers as Record<string, string>), cookie })
    expect(response.status).toBe(403)
    expect(response.headers.getSetCookie()).toEqual([])
  })

  test('the site’s own Origin passes where Sec-Fetch-Site is missing', async () => {
    const cookie = cookieHeader(await signInAtAuthServer(stack))
    const response = await post('/api/logout', { origin: stack.app.url, cookie })
    expect(response.status).toBe(204)
  })
})

describe('signing out', () => {
  test('revokes the session, clears the cookies and outlives an answer in flight (nextjs-auth0 #2335)', async () => {
    const session = await signInAtAuthServer(stack)
    const response = await post('/api/logout', { ...asApi, cookie: cookieHeader(session) })
    const cookies = setCookies(response)
    expect(cookies.get('accessToken')?.header).toContain('Max-Age=0')
    expect(cookies.get('refreshToken')?.header).toContain('Max-Age=0')
    expect(response.headers.get('cache-control')).toContain('no-store')

    const mark = `signedOut=${cookies.get('signedOut')?.value}`
    const late = await get('/api/session', { ...asApi, cookie: cookieHeader(session, mark) })
    expect(late.status).toBe(401)
    expect(late.headers.get('x-session')).toBe('ended')
    expect(setCookies(late).get('accessToken')?.header).toContain('Max-Age=0')
  })
})
