import { beforeEach, describe, expect, test } from 'vitest'
import { ADMIN, asDocument, cookieHeader, DEMO, signInAtAuthServer } from '../support/client.ts'
import { hiddenFields } from '../support/forms.ts'
import { rawRequest } from '../support/raw-request.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const stack = await stackForFile()
const cookie = cookieHeader(await signInAtAuthServer(stack))
beforeEach(() => stack.line.forget())

/** Routes that change something, at which an attacker would aim. */
const TARGETS = [
  '/api/logout',
  '/api/refreshresttokens',
  '/api/backend/logout-all',
  '/api/backend/password',
  '/login',
  '/register',
  '/dashboard',
  '/sessions',
]

/** Headers that browsers send with a request of another site. */
const FOREIGN: [string, Record<string, string>][] = [
  ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site', origin: 'https://sub.app.example' }],
  ['an older browser’s Origin', { origin: 'https://evil.example' }],
  ['a null Origin, of a sandboxed frame or a data: address', { origin: 'null' }],
  ['an Origin that ends like ours', { origin: 'http://evil-localhost' }],
  ['no header at all', {}],
]

const FORM = 'application/x-www-form-urlencoded'
const BODIES: [string, Record<string, string>, string][] = [
  ['a form', { 'content-type': FORM }, 'current=a&next=b'],
  ['a form of files', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--\r\n'],
  ['text that looks like JSON', { 'content-type': 'text/plain' }, '{"current":"a","next":"b"}'],
  ['JSON', { 'content-type': 'application/json' }, '{"current":"a","next":"b"}'],
  ['a beacon without a type', {}, '{}'],
]

describe.each(TARGETS)('ASVS 3.5.1, 3.5.2: another site cannot post to %s', (path) => {
  test.each(FOREIGN)('%s', async (_name, foreign) => {
    for (const [what, type, body] of BODIES) {
      const headers = { ...type, ...foreign, cookie }
      const response = await rawRequest(stack.app.url, path, headers, { method: 'POST', body })
      expect([what, response.status, response.headers['set-cookie']]).toEqual([what, 403, undefined])
    }
    expect(stack.line.calls()).toEqual([])
  })
})

describe('ASVS 3.5.1: signing a visitor in to somebody else’s account', () => {
  test.each(FOREIGN.filter(([name]) => name !== 'no header at all'))(
    '%s: refused',
    async (_name, foreign) => {
      const page = await fetch(`${stack.app.url}/login`, { headers: asDocument })
      const form = hiddenFields(await page.text(), 'password')
      form.set('email', DEMO.email)
      form.set('password', DEMO.password)
      stack.line.forget()
      const response = await fetch(`${stack.app.url}/login`, {
        method: 'POST',
        headers: { accept: 'text/html', ...foreign },
        body: form,
        redirect: 'manual',
      })
      expect([response.status, response.headers.getSetCookie()]).toEqual([403, []])
      expect(stack.line.calls()).toEqual([])
    },
  )
})

describe('ASVS 3.5.3: nothing is changed by a method that browsers send from anywhere', () => {
  const LIES = [
    {},
    { 'x-http-method-override': 'POST' },
    { 'x-http-method': 'DELETE' },
    { 'x-method-override': 'POST' },
  ] as Record<string, string>[]

  test.each(['GET', 'HEAD'])('%s, whatever it says it means', async (method) => {
    for (const path of ['/api/logout', '/api/logout?_method=POST', '/api/backend/logout-all?_method=POST']) {
      for (const lie of LIES) {
        const headers = { ...lie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', cookie }
        const response = await rawRequest(stack.app.url, path, headers, { method })
        expect([path, response.status]).toEqual([path, 405])
      }
    }
    const session = await fetch(`${stack.app.url}/api/session`, { headers: { cookie } })
    expect(session.status).toBe(200)
  })

  test('methods that no one has heard of count as changing something', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', cookie }
    for (const method of ['PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
      const response = await rawRequest(stack.app.url, '/api/backend/password', headers, { method })
      expect([method, response.status]).toEqual([method, 403])
    }
  })
})

test('ASVS 3.4.2: no answer lets another site read it', async () => {
  for (const path of ['/', '/login', '/api/session', '/dashboard', '/api/backend/me', '/icon.svg']) {
    for (const method of ['GET', 'OPTIONS']) {
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST', cookie }
      const response = await rawRequest(stack.app.url, path, headers, { method })
      expect([path, response.headers['access-control-allow-origin']]).toEqual([path, undefined])
    }
  }
})

test('ASVS 7.2.4: signing in does not take over a session that was planted', async () => {
  const planted = cookieHeader(await signInAtAuthServer(stack, ADMIN))
  const page = await fetch(`${stack.app.url}/login`, { headers: asDocument })
  const form = hiddenFields(await page.text(), 'password')
  form.set('email', DEMO.email)
  form.set('password', DEMO.password)
  const response = await fetch(`${stack.app.url}/login`, {
    method: 'POST',
    headers: { ...asDocument, 'sec-fetch-site': 'same-origin', cookie: planted },
    body: form,
    redirect: 'manual',
  })
  const issued = response.headers
    .getSetCookie()
    .map((header) => header.split(';')[0])
    .join('; ')
  const { user } = (await (
    await fetch(`${stack.app.url}/api/session`, { headers: { cookie: issued } })
  ).json()) as {
    user: { email: string }
  }
  expect(user.email).toBe(DEMO.email)
  for (const pair of planted.split('; ')) expect(issued).not.toContain(pair)
})
