import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { returnToOf, safeReturnTo, signInLocation } from './return-to.ts'

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

describe('an address that leaves this site becomes the fallback', () => {
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

test('a fragment is left behind: it never reaches a server', () => {
  expect(safeReturnTo('/a#b')).toBe('/a')
})

test('a refused client-side navigation comes back to the page, not to its data', () => {
  expect(returnToOf(new URL('/a?_rsc=1x2&b=c', ORIGIN))).toBe('/a?b=c')
  expect(returnToOf(new URL('/a?_rsc=1x2', ORIGIN))).toBe('/a')
})

test('the sign-in page is told the path and query, encoded', () => {
  expect(signInLocation('/login', new URL('/a?b=c&d', ORIGIN))).toBe('/login?returnTo=%2Fa%3Fb%3Dc%26d')
})

test('the start page is where a path leads back to that browsers would take for another site', () => {
  expect(returnToOf(new URL(`${ORIGIN}//evil.example/`))).toBe('/')
})
