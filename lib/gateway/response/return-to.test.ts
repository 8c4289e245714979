import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { isTellable, returnToOf, safeReturnTo, signInLocation } from './return-to.ts'

const ORIGIN = 'https://app.example'

describe('a path of this site is kept', () => {
  it.each([
    '/',
    '/dashboard',
    '/a/b?c=d&e=%2F',
    '/caf%C3%A9',
    '/search?q=//x',
    '/a?next=https://other.example',
  ])('%s', (path) => expect(safeReturnTo(path)).toBe(path))
})

describe('ASVS 3.7.2, RFC 9700 4.11: an address that leaves this site becomes the fallback', () => {
  it.each([
    'https://evil.example',
    'http:evil.example',
    'HTTPS://evil.example',
    '//evil.example',
    '///evil.example',
    '////evil.example',
    '/\\evil.example',
    '/\\/evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/ /evil.example',
    '/\u00a0/evil.example',
    '/\u2028/evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'mailto:a@b',
    'evil.example',
    '@evil.example',
    'http://app.example@evil.example',
    'https://app.example.evil.example/',
    'https:/evil.example',
    'https:evil.example',
    'https:\\\\evil.example',
    'http:/\\evil.example',
    '//evil.example@app.example',
    '//app.example@evil.example',
    '//app.example:80@evil.example/',
    '//evil.example#app.example',
    '//evil.example?app.example',
    '//evil.example/%2f..',
    '//evil.example/..;/css',
    '//evil%E3%80%82example',
    '//evil。example',
    '//ⓔvil.example',
    '//[::1]/',
    '//2130706433/',
    '//0x7f.1/',
    '///\tevil.example',
    '/\u000b/evil.example',
    '/\u0000/evil.example',
    '/\u007f/evil.example',
    '/\u0085/evil.example',
    '/\u3000/evil.example',
    '\u0001//evil.example',
    '\u00a0//evil.example',
    '\u2003https://evil.example',
    '/\\\\evil.example',
    '/\\\t/evil.example',
    '\\evil.example',
    '\\/\\/evil.example/',
    '/./\\evil.example',
    '/a/../\\evil.example',
    '/.\t//evil.example',
    '/%2e%2e//evil.example',
    '/a/%2E%2E//evil.example',
    '/%2E/%2E//evil.example',
    '/a/b/../..//evil.example',
    '/;/..//evil.example',
    'java\tscript:alert(1)',
    'JaVaScRiPt://%0aalert(1)',
    '\u0001javascript:alert(1)',
    'javascript://app.example/%0aalert(1)',
    'data:text/html;base64,PHNjcmlwdD4=',
    'blob:https://app.example/x',
    'file:///etc/passwd',
    'ftp://evil.example',
    'ws://evil.example',
    'intent://evil.example#Intent;end',
    'about:blank',
    'view-source:https://evil.example',
    '%2f%2fevil.example',
    '%68ttps://evil.example',
    '<>//evil.example',
    '.evil.example',
    '../evil',
    '?https://evil.example',
    '#//evil.example',
    '/path\r\nLocation: https://evil.example',
    '/path\nSet-Cookie: a=b',
    '?x',
    '#x',
    '.',
    '',
    `/${'a'.repeat(3000)}`,
  ])('%j', (value) => expect(safeReturnTo(value, '/home')).toBe('/home'))

  it.each([undefined, null, 1, ['/a'], { toString: () => '/a' }])('no text at all: %j', (value) => {
    expect(safeReturnTo(value, '/home')).toBe('/home')
  })
})

test('whatever comes in, what goes out is a path that a browser reads as one of this site', () => {
  const parts = fc.constantFrom('/', '\\', '.', '%2f', '%5c', '\t', ' ', ':', '@', 'evil.example', '?', '#')
  const hostile = fc.array(parts, { maxLength: 12 }).map((list) => list.join(''))
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        hostile.map((rest) => `https://evil.example${rest}`),
        hostile,
      ),
      (value) => {
        const path = safeReturnTo(value)
        expect(path).toMatch(/^\/(?!\/)/)
        expect(new URL(path, ORIGIN).origin).toBe(ORIGIN)
      },
    ),
    { numRuns: 400 },
  )
})

describe('a path of this site that only looks as if it left it stays what it is', () => {
  it.each([
    '/%2f/evil.example',
    '/%5cevil.example',
    '/%09/evil.example',
    '/https://evil.example',
    '/http:%5c%5cevil.example',
    '/@evil.example',
    '/:evil.example',
    '/evil.example:80',
    '/;@evil.example',
    '/a?returnTo=//evil.example',
    '/a?b=%0d%0aLocation:%20//evil.example',
  ])('%s', (path) => {
    expect(safeReturnTo(path)).toBe(path)
    expect(new URL(path, ORIGIN).origin).toBe(ORIGIN)
  })
})

test('a path of 2048 characters is kept, a longer one is not', () => {
  const path = `/${'a'.repeat(2047)}`
  expect(safeReturnTo(path)).toBe(path)
  expect(safeReturnTo(`${path}a`)).toBe('/')
})

test('a query that makes it too long is left out, and the path is kept', () => {
  const query = `?q=${'a'.repeat(2048)}`
  expect(safeReturnTo(`/search${query}`)).toBe('/search')
  expect(returnToOf(new URL(`/search${query}`, ORIGIN))).toBe('/search')
  expect(safeReturnTo(`/${'a'.repeat(2048)}?b=c`, '/home')).toBe('/home')
  // It is measured as it will be written, so that the sign-in page finds it short enough, too.
  const encoded = safeReturnTo(`/search?q=${'é'.repeat(400)}`)
  expect(encoded).toBe('/search')
})

test('a fragment is left behind: it never reaches a server', () => {
  expect(safeReturnTo('/a#b')).toBe('/a')
})

test('a refused client-side navigation comes back to the page, not to its data', () => {
  expect(returnToOf(new URL('/a?_rsc=1x2&b=c', ORIGIN))).toBe('/a?b=c')
  expect(returnToOf(new URL('/a?_rsc=1x2', ORIGIN))).toBe('/a')
  expect(returnToOf(new URL('/a?_rsc&b=c', ORIGIN))).toBe('/a?b=c')
  expect(returnToOf(new URL('/a?my_rsc=1&_rscs=2', ORIGIN))).toBe('/a?my_rsc=1&_rscs=2')
})

test('the sign-in page is told the path and query, encoded', () => {
  expect(signInLocation('/login', new URL('/a?b=c&d', ORIGIN))).toBe('/login?returnTo=%2Fa%3Fb%3Dc%26d')
})

test('the start page is where a path leads back to that browsers would take for another site', () => {
  expect(returnToOf(new URL(`${ORIGIN}//evil.example/`))).toBe('/')
})

describe('ASVS 7.4.1: why a session has ended is told in a word of ours, behind the path', () => {
  const location = (endedBy: string) => signInLocation('/login', new URL('/a', ORIGIN), endedBy)

  it.each([
    ['refresh_token_reused', 'reuse'],
    ['session_revoked', 'ended-elsewhere'],
    ['refresh_token_expired', 'expired'],
    ['signed_out', 'signed-out'],
    ['password_changed', 'password-changed'],
  ])('%s: %s', (endedBy, reason) => {
    expect(isTellable(endedBy)).toBe(true)
    expect(location(endedBy)).toBe(`/login?returnTo=%2Fa&reason=${reason}`)
  })

  it.each(['invalid_refresh_token', 'status_403', 'constructor', '__proto__', 'x&reason=y', ''])(
    'not for %j',
    (endedBy) => {
      expect(isTellable(endedBy)).toBe(false)
      expect(location(endedBy)).toBe('/login?returnTo=%2Fa')
    },
  )
})

test('ASVS 6.8.4: a sign-in that is not enough is asked for again, with what is wanted of it', () => {
  const location = (unmet: Parameters<typeof signInLocation>[3]) =>
    signInLocation('/login', new URL('/a', ORIGIN), 'signed_out', unmet)
  const again = '/login?returnTo=%2Fa&reason=reauthenticate'
  expect(location({ authenticatedWithin: 300 })).toBe(`${again}&max_age=300`)
  expect(location({ acr: ['urn:x:a&b', 'c'] })).toBe(`${again}&acr_values=urn%3Ax%3Aa%26b%20c`)
})
