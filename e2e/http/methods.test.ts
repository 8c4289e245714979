import { beforeEach, describe, expect, test } from 'vitest'
import { asApi, cookieHeader, expiredSession, setCookies, signInAtAuthServer } from '../support/client.ts'
import { rawRequest } from '../support/raw-request.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const stack = await stackForFile()
beforeEach(() => stack.line.forget())

const CROSS_SITE = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }

describe('a method that a route does not have changes nothing', () => {
  test.each(['/api/refreshresttokens', '/api/logout', '/api/session'])('%s', async (path) => {
    const methods =
      path === '/api/session' ? ['OPTIONS', 'POST', 'PUT', 'DELETE'] : ['GET', 'HEAD', 'OPTIONS', 'PUT']
    const held = { good: await signInAtAuthServer(stack), old: await expiredSession(stack) }
    for (const method of methods) {
      const foreign = ['GET', 'HEAD', 'OPTIONS'].includes(method)
        ? CROSS_SITE
        : { 'sec-fetch-site': 'same-origin' }
      for (const [age, session] of Object.entries(held)) {
        const headers = { ...foreign, cookie: cookieHeader(session) }
        const response = await rawRequest(stack.app.url, path, headers, { method })
        expect([method, age, response.headers['set-cookie']]).toEqual([method, age, undefined])
        expect(['active', 'anonymous']).toContain(response.headers['x-session'])
        expect(response.status).not.toBe(200)
      }
    }
    expect(stack.line.calls()).toEqual([])
  })

  test('the method that it has still renews', async () => {
    const headers = { ...asApi, cookie: cookieHeader(await signInAtAuthServer(stack)) }
    const response = await fetch(`${stack.app.url}/api/refreshresttokens`, { method: 'POST', headers })
    expect([response.status, setCookies(response).has('refreshToken')]).toEqual([200, true])
  })
})

describe('nextjs-auth0 #1603: a preflight reaches the app', () => {
  const preflight = { origin: 'https://shop.example', 'access-control-request-method': 'POST' }

  test.each([
    ['a route handler, which Next lets say its methods', '/api/session', 204],
    ['a page, which Next does not render for it', '/dashboard', 400],
    ['a page for administrators', '/admin', 400],
  ])('%s', async (_name, path, status) => {
    const cookie = cookieHeader(await expiredSession(stack))
    for (const headers of [preflight, { ...preflight, cookie }]) {
      const response = await rawRequest(stack.app.url, path, headers, { method: 'OPTIONS' })
      expect([response.status, response.headers['set-cookie'], response.body]).toEqual([
        status,
        undefined,
        '',
      ])
      expect(response.headers['access-control-allow-origin']).toBeUndefined()
    }
    expect(stack.line.calls()).toEqual([])
  })

  test('any other OPTIONS needs what its path needs', async () => {
    const response = await rawRequest(
      stack.app.url,
      '/api/session',
      { origin: 'https://shop.example' },
      { method: 'OPTIONS' },
    )
    expect(response.status).toBe(401)
  })
})

describe('both sides read names and values of cookies alike', () => {
  test.each([
    ['a space after the name', (pair: string) => pair.replace('=', ' =')],
    ['a space after the value', (pair: string) => `${pair} ; theme=dark`],
    ['a tab before the name', (pair: string) => `theme=dark;\t${pair}`],
    ['the bare name after it', (pair: string) => `${pair}; accessToken`],
  ])('%s', async (_name, write) => {
    const { accessToken } = await signInAtAuthServer(stack)
    const headers = { ...asApi, cookie: write(`accessToken=${accessToken}`) }
    const response = await rawRequest(stack.app.url, '/api/session', headers)
    expect([response.headers['x-session'], response.status]).toEqual(['active', 200])
  })
})

test('13 KB of made-up cookies are answered with a few Set-Cookie headers', async () => {
  const names = ['accessToken', 'refreshToken', 'userDataEtls', 'signedOut']
  const made = names.flatMap((name) =>
    Array.from({ length: 100 }, (_, index) => `${name}.${index}=${'x'.repeat(12)}`),
  )
  const cookie = [...made, ...names.map((name) => `${name}=x`), ...names.map((name) => `${name}=y`)].join(
    '; ',
  )
  const response = await rawRequest(stack.app.url, '/', { accept: 'text/html', cookie })
  expect(response.status).toBe(200)
  expect(response.headers['set-cookie']?.length).toBeLessThanOrEqual(16)
  for (const name of names) expect(response.headers['set-cookie']?.join('\n')).toContain(`${name}=;`)
})

describe('next-auth #4119, #7296: another app on this host', () => {
  test('its cookies are left alone, the backend is asked once, and the log says what to do, once', async () => {
    const neighbour = {
      accessToken: (await signInAtAuthServer(stack)).accessToken.replace(/.{43}$/, 'A'.repeat(43)),
    }
    const cookie = cookieHeader({ ...neighbour, refreshToken: `theirs-${crypto.randomUUID()}` })
    for (const path of ['/', '/dashboard', '/login']) {
      const response = await fetch(stack.app.url + path, {
        headers: { accept: 'text/html', cookie },
        redirect: 'manual',
      })
      expect([path, response.headers.get('x-session')]).toEqual([path, 'anonymous'])
      expect(response.headers.getSetCookie()).toEqual([])
    }
    expect(stack.line.calls('/refreshtoken')).toHaveLength(1)
    expect(stack.app.output().match(/"type":"cookies.foreign"/g)).toHaveLength(1)
    expect(stack.app.output()).toContain('cookieNames')
  })
})

describe('the way back', () => {
  test('of a form that was posted elsewhere is its page', async () => {
    const post = (referer: string) =>
      fetch(`${stack.app.url}/api/backend/upload`, {
        method: 'POST',
        headers: {
          accept: 'text/html',
          'sec-fetch-site': 'same-origin',
          'sec-fetch-mode': 'navigate',
          referer,
        },
        redirect: 'manual',
      })
    const returnTo = async (referer: string) => (await post(referer)).headers.get('location')
    expect(await returnTo(`${stack.app.url}/sessions?page=2`)).toBe('/login?returnTo=%2Fsessions%3Fpage%3D2')
    expect(await returnTo('https://evil.example/sessions')).toBe('/login?returnTo=%2Fapi%2Fbackend%2Fupload')
  })

  test('that would be too long keeps its path', async () => {
    const response = await fetch(`${stack.app.url}/sessions?q=${'a'.repeat(2100)}`, {
      headers: { accept: 'text/html' },
      redirect: 'manual',
    })
    expect(response.headers.get('location')).toBe('/login?returnTo=%2Fsessions')
  })

  test.each(['/login', '/login/', '/%6cogin', '/login?returnTo=/login', '/register', '/./register?a=b'])(
    'of somebody signed in never leads round in circles: %s',
    async (returnTo) => {
      const cookie = cookieHeader(await signInAtAuthServer(stack))
      for (const page of ['/login', '/register']) {
        const path = `${page}?returnTo=${encodeURIComponent(returnTo)}`
        const response = await fetch(stack.app.url + path, {
          headers: { accept: 'text/html', cookie },
          redirect: 'manual',
        })
        expect([path, response.headers.get('location')]).toEqual([path, '/dashboard'])
      }
    },
  )
})

test('TRACE is answered 405, and changes nothing', async () => {
  const cookie = cookieHeader(await expiredSession(stack))
  for (const path of ['/', '/dashboard', '/api/session', '/api/refreshresttokens']) {
    const response = await rawRequest(stack.app.url, path, { cookie }, { method: 'TRACE' })
    expect([path, response.status, response.headers['set-cookie']]).toEqual([path, 405, undefined])
  }
  expect(stack.line.calls()).toEqual([])
})

test('what the app says of caches stands where it forbids shared ones, and no cookie leaves with it', async () => {
  const get = async (cookie: string) =>
    (await rawRequest(stack.app.url, '/dashboard', { accept: 'text/html', cookie })).headers
  const good = await get(cookieHeader(await signInAtAuthServer(stack)))
  // Next's own word for a page that is rendered for each request.
  expect(good['cache-control']).toBe('private, no-cache, no-store, max-age=0, must-revalidate')
  const renewed = await get(cookieHeader(await expiredSession(stack)))
  expect(renewed['cache-control']).toBe('private, no-store')
  expect(Object.keys({ ...good, ...renewed }).filter((name) => name.startsWith('x-evergate'))).toEqual([])
})
