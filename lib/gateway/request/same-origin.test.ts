import { describe, expect, it, test } from 'vitest'
import type { OriginCheck } from './same-origin.ts'
import { isSameOrigin } from './same-origin.ts'

const POST: OriginCheck = {
  method: 'POST',
  secFetchSite: null,
  origin: null,
  host: 'app.example:8443',
  carriesSession: true,
}

test('ASVS 3.5.3: methods that change nothing (RFC 9110 9.2.1) need no origin', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'TRACE']) {
    expect(
      isSameOrigin({ ...POST, method, secFetchSite: 'cross-site', origin: 'https://evil.example' }),
    ).toBe(true)
  }
})

describe('ASVS 3.5.1: Sec-Fetch-Site decides where the browser sends it', () => {
  it.each([
    ['same-origin', true],
    ['none', true],
    ['same-site', false],
    ['cross-site', false],
    ['', false],
    ['something-new', false],
  ])('%j: %s', (secFetchSite, expected) => {
    const origin = expected ? 'https://evil.example' : 'https://app.example:8443'
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'get', 'QUERY']) {
      expect(isSameOrigin({ ...POST, method, secFetchSite, origin })).toBe(expected)
      expect(isSameOrigin({ ...POST, method, secFetchSite, origin, carriesSession: false })).toBe(expected)
    }
  })
})

describe('ASVS 3.5.1: else Origin must name the host', () => {
  it.each([
    ['https://app.example:8443', true],
    ['http://app.example:8443', true],
    ['https://APP.example:8443', true],
    ['https://app.example', false],
    ['https://app.example:8443.evil.example', false],
    ['https://evil.example', false],
    ['https://sub.app.example:8443', false],
    ['null', false],
    ['', false],
    ['app.example:8443', false],
  ])('%j: %s', (origin, expected) => {
    expect(isSameOrigin({ ...POST, origin })).toBe(expected)
  })

  it('without a host nothing can match', () => {
    expect(isSameOrigin({ ...POST, origin: 'https://app.example', host: null })).toBe(false)
    for (const origin of ['file:///a', 'data:text/html,x', 'about:blank'])
      expect(isSameOrigin({ ...POST, origin, host: '' }), origin).toBe(false)
  })
})

test('ASVS 3.5.1: with neither header, only a request without a session cookie passes', () => {
  expect(isSameOrigin(POST)).toBe(false)
  expect(isSameOrigin({ ...POST, carriesSession: false })).toBe(true)
})
