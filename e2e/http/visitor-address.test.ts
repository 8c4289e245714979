import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asApi, asDocument, cookieHeader, DEMO, expiredSession, setCookies } from '../support/client.ts'
import { hiddenFields } from '../support/forms.ts'
import type { Stack } from '../support/stack.ts'
import { startStack } from '../support/stack.ts'

const FORGED = '6.6.6.6'
let stack: Stack

async function signIn(password: string, headers: Record<string, string> = {}): Promise<Response> {
  const page = await fetch(`${stack.app.url}/login`, { headers: asDocument })
  const form = hiddenFields(await page.text(), 'password')
  form.set('email', DEMO.email)
  form.set('password', password)
  return fetch(`${stack.app.url}/login`, {
    method: 'POST',
    headers: { ...asDocument, 'sec-fetch-site': 'same-origin', ...headers },
    body: form,
    redirect: 'manual',
  })
}

/** The addresses that the backend was told, for a renewal, a sign-in and a call through the proxy. */
async function addressesTold(forwarded: string): Promise<unknown[]> {
  stack.line.forget()
  const headers = { ...asApi, 'x-forwarded-for': forwarded }
  const cookie = cookieHeader(await expiredSession(stack))
  await fetch(`${stack.app.url}/api/session`, { headers: { ...headers, cookie } })
  await signIn('not the right one', { 'x-forwarded-for': forwarded })
  const signedIn = await signIn(DEMO.password)
  await fetch(`${stack.app.url}/api/backend/me`, { headers: { ...headers, cookie: cookiesOf(signedIn) } })
  return ['/refreshtoken', '/login', '/me'].map(
    (path) => stack.line.calls(path)[0]?.headers['x-forwarded-for'],
  )
}

const cookiesOf = (response: Response) =>
  [...setCookies(response)].map(([name, { value }]) => `${name}=${value}`).join('; ')

describe('ASVS 15.3.4: without a trusted proxy', () => {
  beforeAll(async () => {
    stack = await startStack()
  })
  afterAll(() => stack.stop())

  test('the backend is told the address of the connection, never the client’s word', async () => {
    for (const told of await addressesTold(FORGED)) expect(told).toMatch(/^(::1|(::ffff:)?127\.0\.0\.1)$/)
  })

  test('ASVS 6.1.1: wrong passwords of others lock nobody out of a browser that has signed in before', async () => {
    const first = await signIn(DEMO.password)
    const mark = setCookies(first).get('knownDevice')
    expect(mark?.header).toMatch(/; Path=\/; .*Max-Age=31536000; .*HttpOnly; SameSite=lax$/i)
    // The session's own cookies are gone: the person has signed out, or the session has ended.
    const cookie = `knownDevice=${mark?.value}`
    const session = cookieHeader(await expiredSession(stack), cookie)
    const statuses = []
    for (let i = 0; i < 25; i++)
      statuses.push((await signIn('not the right one', { 'x-forwarded-for': FORGED })).status)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(await (await signIn(DEMO.password)).text()).toContain('Too many attempts')
    const known = await signIn(DEMO.password, { cookie })
    expect([known.status, known.headers.get('location')]).toEqual([303, '/dashboard'])
    // With a renewal nobody is told of it.
    stack.line.forget()
    await fetch(`${stack.app.url}/api/session`, { headers: { ...asApi, cookie: session } })
    expect(stack.line.calls('/refreshtoken')[0]?.headers.cookie).not.toContain('knownDevice')
  })
})

describe('ASVS 15.3.4: behind a trusted proxy', () => {
  beforeAll(async () => {
    stack = await startStack({ TRUST_PROXY: '1' })
  })
  afterAll(() => stack.stop())

  test('it is told what the proxy has added', async () => {
    expect(await addressesTold(`${FORGED}, 203.0.113.7`)).toEqual([
      '203.0.113.7',
      '203.0.113.7',
      '203.0.113.7',
    ])
  })
})
