import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backendUrl, decodeFully } from './backend-url.ts'

const API = 'http://backend.test/api'

describe('a path of the backend', () => {
  it.each([
    ['/me', `${API}/me`],
    ['/', `${API}/`],
    ['/a.b/..c/...?d=../e', `${API}/a.b/..c/...?d=../e`],
    ['/a%2Fb', `${API}/a%2Fb`],
    ['/a%252Fb', `${API}/a%252Fb`],
    ['/100%', `${API}/100%`],
    ['/caf%C3%A9/café', `${API}/caf%C3%A9/caf%C3%A9`],
    ['//evil.example/x', `${API}//evil.example/x`],
    ['/?next=http://evil.example', `${API}/?next=http://evil.example`],
  ])('%s', (path, url) => {
    expect(backendUrl(API, path)?.href).toBe(url)
  })

  it.each([
    '',
    'me',
    '.evil.example',
    '@evil.example',
    ':99',
    '/..',
    '/../admin',
    '/%2e%2e/admin',
    '/a/../../admin',
    '\\evil',
  ])('%j leaves it', (path) => {
    expect(backendUrl(API, path)).toBeUndefined()
  })

  it('never leads elsewhere', () => {
    const part = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '%2e',
      '%2f',
      '@',
      ':',
      '#',
      '?',
      'a',
      'evil.example',
      '\t',
    )
    for (const base of [API, 'http://backend.test'])
      fc.assert(
        fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
          const url = backendUrl(base, parts.join(''))
          if (url) expect(url.href.startsWith(`${base}/`)).toBe(true)
        }),
        { numRuns: 500 },
      )
  })
})

describe('CWE-22: a segment of dots is refused, however it is written', () => {
  it.each([
    '/a/../b',
    '/./b',
    '/..%2finternal/x',
    '/..%2Finternal/x',
    '/a/%2e%2e%2finternal',
    '/%252e%252e%252finternal',
    '/..%25252finternal',
    '/..%5cinternal',
    '/..%255cinternal',
    '/..\\internal',
    '/%%32%65./internal',
    '/%2%65%2e/internal',
    '/..;/internal',
    '/..;a=b/internal',
    '/..%3b/internal',
    '/..%00/internal',
    '/..%20/internal',
    '/.%09./internal',
    '/.%0d%0a.%2finternal',
    '/%c0%ae%c0%ae/internal',
    '/..%c0%afinternal',
    '/%e0%80%ae%e0%80%ae/internal',
    '/%ef%bc%8e%ef%bc%8e/internal',
    '/..%ef%bc%8finternal',
    '/\uff0e\uff0e\uff0finternal',
    '/a%2f..%2f..%2finternal?x=1',
  ])('%s', (path) => {
    expect(backendUrl(API, path)).toBeUndefined()
  })

  const once = (text: string) =>
    text.replace(/%([\da-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))

  it('through any number of decodings, whatever of it is encoded', () => {
    const written = (character: string, depth: number): fc.Arbitrary<string> =>
      depth === 0
        ? fc.constant(character)
        : fc.boolean().chain((isEncoded) => {
            const text = isEncoded ? `%${character.charCodeAt(0).toString(16)}` : character
            return fc.tuple(...[...text].map((one) => written(one, depth - 1))).map((all) => all.join(''))
          })
    const dots = fc.constantFrom('.', '..').chain((text) => written3(text))
    const slash = fc.constantFrom('/', '\\').chain((text) => written3(text))
    function written3(text: string) {
      return fc.tuple(...[...text].map((one) => written(one, 3))).map((all) => all.join(''))
    }
    const word = fc.constantFrom('a', 'internal', '%C3%A9', '')
    fc.assert(
      fc.property(word, slash, dots, slash, word, (before, first, segment, second, after) => {
        expect(backendUrl(API, `/${before}${first}${segment}${second}${after}`)).toBeUndefined()
      }),
      { numRuns: 1000 },
    )
  })

  it('what passes has no such segment at any depth', () => {
    const part = fc.constantFrom('%', '25', '2', 'e', 'f', '5c', '.', '/', '%2e', '%2f', '%25', 'a', ';')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const path = `/${parts.join('')}`
        const isRefused = backendUrl(API, path) === undefined
        for (let text = path, last = ''; text !== last; last = text, text = once(text)) {
          const isDots = text.split(/[/\\]/).some((segment) => /^\.{1,2}(;|$)/.test(segment))
          if (isDots) expect([path, isRefused]).toEqual([path, true])
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('decoding costs no more than the length of the path, in layers or in a row', () => {
    expect(decodeFully(`/%${'25'.repeat(20_000)}2e`)).toBe('/.')
    expect(decodeFully('/%41'.repeat(50_000))).toBe('/A'.repeat(50_000))
    /** Milliseconds of the fastest of three runs, which a busy machine does not change much. */
    const costOf = (layers: number) =>
      Math.min(
        ...[0, 1, 2].map(() => {
          const before = performance.now()
          decodeFully(`/%${'25'.repeat(layers)}2e`)
          return performance.now() - before
        }),
      )
    // Eight times the length; a square would be 64 times.
    expect(costOf(16_000) / Math.max(costOf(2000), 0.05)).toBeLessThan(32)
  })
})
