import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Tokens } from '../support/client.ts'
import {
  asApi,
  asDocument,
  cookieHeader,
  expiredSession,
  setCookies,
  signInAtAuthServer,
} from '../support/client.ts'
import { hiddenFields } from '../support/forms.ts'
import type { Stack } from '../support/stack.ts'
import { startStack } from '../support/stack.ts'

const HTTPS = { 'x-forwarded-proto': 'https' }
const ATTRIBUTES = /; Path=\/; Max-Age=\d+; Secure; HttpOnly; SameSite=lax$/i

/** The cookies as a browser sends them that got them over https. */
const hostCookies = (tokens: Tokens) =>
  cookieHeader(tokens)
    .replace('accessToken=', '__Host-accessToken=')
    .replace('refreshToken=', '__Host-refreshToken=')

let stack: Stack
const get = (path: string, headers: Record<string, string>) =>
  fetch(stack.app.url + path, { headers, redirect: 'manual' })

/** Posts the sign-in form as a browser without JavaScript does. */
async function signIn(headers: Record<string, string>): Promise<Response> {
  const page = await get('/login', { ...asDocument, ...headers })
  const form = hiddenFields(await page.text(), 'password')
  form.set('email', 'demo@example.com')
  form.set('password', 'demo-password-123')
  return fetch(`${stack.app.url}/login`, {
    method: 'POST',
    headers: { ...asDocument, 'sec-fetch-site': 'same-origin', ...headers },
    body: form,
    redirect: 'manual',
  })
}

describe('behind a trusted proxy that speaks https', () => {
  beforeAll(async () => {
    stack = await startStack({ TRUST_PROXY: '1' })
  })
  afterAll(() => stack.stop())

  test('signing in sets __Host- cookies, Secure and without a Domain', async () => {
    const response = await signIn(HTTPS)
    expect(response.status).toBe(303)
    const cookies = setCookies(response)
    expect([...cookies.keys()].sort()).toEqual([
      '__Host-accessToken',
      '__Host-knownDevice',
      '__Host-refreshToken',
      '__Host-userDataEtls',
    ])
    for (const { header } of cookies.values()) {
      expect(header).toMatch(/; Secure/)
      expect(header).toMatch(/; HttpOnly/)
      expect(header).toMatch(/; Path=\/;/)
      expect(header).not.toMatch(/; Domain/i)
    }
  })

  test('a renewal takes them and sets them', async () => {
    const session = await expiredSession(stack)
    const response = await get('/api/session', { ...asApi, ...HTTPS, cookie: hostCookies(session) })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-session')).toBe('renewed')
    const cookies = setCookies(response)
    expect(cookies.get('__Host-refreshToken')?.value).not.toBe(session.refreshToken)
    for (const { header } of cookies.values()) expect(header).toMatch(ATTRIBUTES)
  })

  test('cookies without the prefix, which a neighbouring site could have set, are not believed', async () => {
    const session = await signInAtAuthServer(stack)
    const response = await get('/api/session', { ...asApi, ...HTTPS, cookie: cookieHeader(session) })
    expect(response.status).toBe(401)
    expect(response.headers.get('x-session')).toBe('anonymous')
  })

  test('signing out clears them with the attributes they were set with', async () => {
    const session = await signInAtAuthServer(stack)
    const response = await fetch(`${stack.app.url}/api/logout`, {
      method: 'POST',
      headers: { ...asApi, ...HTTPS, cookie: hostCookies(session) },
    })
    expect(response.status).toBe(204)
    const cookies = setCookies(response)
    for (const name of ['__Host-accessToken', '__Host-refreshToken']) {
      expect(cookies.get(name)?.header).toContain('Max-Age=0')
      expect(cookies.get(name)?.header).toMatch(/; Secure/)
    }
    expect([...cookies.keys()]).toContain('__Host-signedOut')
  })

  test('over plain http they are plain', async () => {
    const cookie = cookieHeader(await expiredSession(stack))
    const response = await get('/api/session', { ...asApi, 'x-forwarded-proto': 'http', cookie })
    expect(response.headers.get('x-session')).toBe('renewed')
    expect([...setCookies(response).keys()]).toContain('accessToken')
  })
})

describe('without a trusted proxy, x-forwarded-proto is anybody’s word and changes nothing', () => {
  beforeAll(async () => {
    stack = await startStack()
  })
  afterAll(() => stack.stop())

  test('signing in', async () => {
    const cookies = setCookies(await signIn(HTTPS))
    expect([...cookies.keys()].sort()).toEqual(['accessToken', 'knownDevice', 'refreshToken', 'userDataEtls'])
    for (const { header } of cookies.values()) expect(header).not.toMatch(/; Secure/)
  })

  test('a renewal', async () => {
    const cookie = cookieHeader(await expiredSession(stack))
    const response = await get('/api/session', { ...asApi, ...HTTPS, cookie })
    expect(response.headers.get('x-session')).toBe('renewed')
    const cookies = setCookies(response)
    expect([...cookies.keys()].sort()).toEqual(['accessToken', 'refreshToken', 'userDataEtls'])
    for (const { header } of cookies.values()) expect(header).not.toMatch(/; Secure/)
  })
})
