import { describe, expect, test } from 'vitest'
import { asApi, asDocument, asNavigation, cookieHeader, signInAtAuthServer } from '../support/client.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const stack = await stackForFile()
const cookie = cookieHeader(await signInAtAuthServer(stack))
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(stack.app.url + path, { headers, redirect: 'manual' })

/** Every kind of answer: pages, data, refusals, redirects, files, errors. */
const ANSWERS: [string, string, Record<string, string>][] = [
  ['a page', '/', asDocument],
  ['a page with a session', '/dashboard', { ...asDocument, withCookie: '1' }],
  ['the router’s data', '/dashboard', { ...asNavigation, withCookie: '1' }],
  ['a rewritten page', '/me', { ...asDocument, withCookie: '1' }],
  ['a redirect to the sign-in page', '/dashboard', asDocument],
  ['a refused page', '/admin', { ...asDocument, withCookie: '1' }],
  ['a page that is not there', '/no-such-page', { ...asDocument, withCookie: '1' }],
  ['a route handler', '/api/session', { ...asApi, withCookie: '1' }],
  ['a refused call', '/api/session', asApi],
  ['the backend’s answer', '/api/backend/me', { ...asApi, withCookie: '1' }],
  ['an image', '/icon.svg', {}],
  ['a file that is not there', '/_next/static/none.js', {}],
]

async function answerTo(path: string, { withCookie, ...headers }: Record<string, string>): Promise<Response> {
  return get(path, { ...headers, ...(withCookie && { cookie }) })
}

const directives = (response: Response) => {
  const policy = response.headers.get('content-security-policy') ?? ''
  return new Map(policy.split('; ').map((text) => [text.split(' ')[0], text.split(' ').slice(1)]))
}

describe.each(ANSWERS)('%s', (_name, path, headers) => {
  test('ASVS 3.4.3, 3.4.6: has a policy that forbids plugins, bases, frames around it, and inline scripts', async () => {
    const policy = directives(await answerTo(path, headers))
    expect(policy.get('object-src') ?? policy.get('default-src')).toEqual(["'none'"])
    expect(policy.get('base-uri')).toEqual(["'none'"])
    expect(policy.get('frame-ancestors')).toEqual(["'none'"])
    const scripts = policy.get('script-src') ?? policy.get('default-src') ?? []
    expect(scripts.filter((source) => source.includes('unsafe') || source.includes(':'))).toEqual([])
  })

  test('ASVS 3.4.4, 3.4.5: is not sniffed, and its address stays here', async () => {
    const response = await answerTo(path, headers)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('referrer-policy')).toBe('same-origin')
    expect(response.headers.get('permissions-policy')).toContain('camera=()')
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(response.headers.get('x-powered-by')).toBeNull()
  })

  test('ASVS 3.4.1, RFC 6797 7.2: asks for https for a year, over https only', async () => {
    const plain = await answerTo(path, headers)
    expect(plain.headers.get('strict-transport-security')).toBeNull()
    const secure = await answerTo(path, { ...headers, 'x-forwarded-proto': 'https' })
    expect(secure.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains')
  })
})

describe('ASVS 3.4.3: the nonce of a page', () => {
  const nonceOf = (response: Response) =>
    /'nonce-([^']+)'/.exec(directives(response).get('script-src')?.join(' ') ?? '')?.[1]

  test('is on every script of it, and new with every answer', async () => {
    const seen = new Set<string | undefined>()
    for (const path of ['/', '/login', '/dashboard', '/sessions', '/no-such-page', '/dashboard']) {
      const response = await get(path, { ...asDocument, cookie })
      const nonce = nonceOf(response)
      const scripts = [...(await response.text()).matchAll(/<script\b([^>]*)>/g)].map(
        ([, attributes]) => attributes,
      )
      expect(scripts.length).toBeGreaterThan(2)
      for (const attributes of scripts) expect(attributes, path).toContain(`nonce="${nonce}"`)
      seen.add(nonce)
    }
    expect(seen.size).toBe(6)
    expect(seen.has(undefined)).toBe(false)
  })

  test('is not for the visitor to choose', async () => {
    const policy = "script-src 'nonce-mine'"
    const response = await get('/', { ...asDocument, 'content-security-policy': policy, 'x-nonce': 'mine' })
    expect(nonceOf(response)).not.toBe('mine')
    expect(await response.text()).not.toContain('nonce="mine"')
  })
})
