import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backendUrl } from './backend-call.ts'

const API = 'http://backend.test/api'

describe('a path of the backend', () => {
  it.each([
    ['/me', `${API}/me`],
    ['/', `${API}/`],
    ['/a/../b?c=d', `${API}/b?c=d`],
    ['/a%2Fb', `${API}/a%2Fb`],
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
