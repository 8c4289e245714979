import { describe, expect, it } from 'vitest'
import type { GatewayOptions } from '../options.ts'
import { resolveOptions } from '../options.ts'
import { parseCookieHeader } from './header.ts'
import {
  clearCookie,
  cookieName,
  isSessionCookieName,
  readSessionCookies,
  setCookie,
} from './session-cookies.ts'
import { formatSetCookie } from './set-cookie.ts'

const withOptions = (options: Partial<GatewayOptions> = {}) =>
  resolveOptions({ remoteApi: 'http://backend.test', keys: { secret: '' }, ...options })

/** The Set-Cookie headers of a new access token, and of clearing it. */
function setAndClear(options: Partial<GatewayOptions>, secure: boolean) {
  const settings = withOptions(options)
  const name = cookieName('accessToken', settings, secure)
  return [...setCookie(name, 'x', 60, []), ...clearCookie(name, [name])].map((change) =>
    formatSetCookie(change, { ...settings, secure }),
  )
}

describe('a cookie is cleared with the attributes it was set with', () => {
  it.each<[string, Partial<GatewayOptions>, boolean, string, string]>([
    ['over http', {}, false, 'accessToken', 'HttpOnly; SameSite=Lax'],
    ['over https, with the __Host- prefix', {}, true, '__Host-accessToken', 'Secure; HttpOnly; SameSite=Lax'],
    [
      'with a Domain, which drops the prefix',
      { domain: 'example.com' },
      true,
      'accessToken',
      'Domain=example.com; Secure; HttpOnly; SameSite=Lax',
    ],
    ['with SameSite=Strict', { sameSite: 'strict' }, false, 'accessToken', 'HttpOnly; SameSite=Strict'],
    [
      'with SameSite=None',
      { sameSite: 'none' },
      true,
      '__Host-accessToken',
      'Secure; HttpOnly; SameSite=None',
    ],
    [
      'under a name of one’s own',
      { cookieNames: { accessToken: 'at' } },
      true,
      '__Host-at',
      'Secure; HttpOnly; SameSite=Lax',
    ],
  ])('ASVS 3.3.2, 3.3.4: %s', (_, options, secure, name, attributes) => {
    expect(setAndClear(options, secure)).toEqual([
      `${name}=x; Path=/; Max-Age=60; ${attributes}`,
      `${name}=; Path=/; Max-Age=0; ${attributes}`,
    ])
  })

  it('a life is a whole number of seconds, and never negative', () => {
    const maxAge = (life: number) => setCookie('a', 'x', life, []).map((change) => change.maxAge)
    expect([maxAge(59.2), maxAge(0.1), maxAge(-5)]).toEqual([[60], [1], [0]])
  })
})

describe('names', () => {
  it('a secure request is read by its prefixed names only: a plain one could be planted by another host', () => {
    const pairs = parseCookieHeader('accessToken=planted; __Host-accessToken=mine; __Host-refreshToken=r')
    expect(readSessionCookies(pairs, withOptions(), true).values).toEqual({
      accessToken: 'mine',
      refreshToken: 'r',
    })
    expect(readSessionCookies(pairs, withOptions(), false).values).toEqual({ accessToken: 'planted' })
  })

  it('of session cookies are known in both forms, chunks included', () => {
    const settings = withOptions({ cookieNames: { userData: 'me' } })
    const known = [
      'accessToken',
      '__Host-accessToken',
      'refreshToken.0',
      '__Host-refreshToken.12',
      'me',
      'signedOut',
    ]
    const others = [
      'accessTokens',
      'xaccessToken',
      '__Secure-accessToken',
      'userDataEtls',
      'accessToken.x',
      'theme',
      '',
    ]
    expect(known.filter((name) => !isSessionCookieName(name, settings))).toEqual([])
    expect(others.filter((name) => isSessionCookieName(name, settings))).toEqual([])
  })
})
