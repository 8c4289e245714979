import { describe, expect, it, test } from 'vitest'
import { GatewayError } from '../errors.ts'
import type { OriginCheck } from './same-origin.ts'
import { checkOrigins, isSameOrigin, sameOrigin } from './same-origin.ts'

const POST: OriginCheck = {
  method: 'POST',
  secFetchSite: null,
  origin: null,
  address: 'https://app.example:8443',
  allowedOrigins: [],
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

describe('ASVS 3.5.1: else Origin must name scheme and host', () => {
  it.each([
    ['https://app.example:8443', true],
    ['http://app.example:8443', false],
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
    expect(isSameOrigin({ ...POST, origin: 'https://app.example', address: 'https://' })).toBe(false)
    for (const origin of ['file:///a', 'data:text/html,x', 'about:blank', 'https://', ''])
      expect(isSameOrigin({ ...POST, origin, address: 'https://' }), origin).toBe(false)
  })

  it('the port that a scheme implies may be named or not', () => {
    const address = 'https://app.example:443'
    expect(isSameOrigin({ ...POST, origin: 'https://app.example', address })).toBe(true)
    expect(isSameOrigin({ ...POST, origin: 'http://app.example', address })).toBe(false)
  })
})

test('ASVS 3.5.1: with neither header, only a request without a session cookie passes', () => {
  expect(isSameOrigin(POST)).toBe(false)
  expect(isSameOrigin({ ...POST, carriesSession: false })).toBe(true)
})

describe('nextjs-auth0 #1603: pages of an allowed origin may send what changes something', () => {
  const allowedOrigins = ['https://www.example', 'http://localhost:5173']

  it.each(['same-site', 'cross-site', null])('Sec-Fetch-Site: %s', (secFetchSite) => {
    for (const origin of allowedOrigins)
      expect(isSameOrigin({ ...POST, secFetchSite, origin, allowedOrigins })).toBe(true)
    for (const origin of [
      'https://www.example:8443',
      'http://www.example',
      'https://WWW.example',
      'null',
      '',
    ])
      expect(isSameOrigin({ ...POST, secFetchSite, origin, allowedOrigins }), origin).toBe(false)
  })

  it('no other origin gains by it', () => {
    expect(isSameOrigin({ ...POST, allowedOrigins })).toBe(false)
    expect(isSameOrigin({ ...POST, secFetchSite: 'cross-site', allowedOrigins })).toBe(false)
  })

  it.each(allowedOrigins)('%s is an origin', (origin) => {
    expect(() => checkOrigins([origin])).not.toThrow()
  })

  it.each([
    '*',
    'null',
    '',
    'www.example',
    'https://www.example/',
    'https://*.example',
    'https://WWW.example',
    'https://www.example:443',
    'https://user@www.example',
    'ftp://www.example',
  ])('%j is refused when the gateway is made', (origin) => {
    const refusal = new GatewayError(
      'invalid_option',
      `allowedOrigins: "${origin}" is no origin; write scheme, host and port alone, such as https://www.example.com`,
    )
    expect(() => checkOrigins([origin])).toThrow(refusal)
    expect(() => checkOrigins([origin])).toThrow(expect.objectContaining({ code: 'invalid_option' }))
  })
})

test('RFC 6454 4: addresses without a host are of no origin, not even their own', () => {
  expect(sameOrigin('file:///a', 'file:///a')).toBe(false)
  expect(sameOrigin('https://app.example/a', 'https://app.example:443/b')).toBe(true)
})
