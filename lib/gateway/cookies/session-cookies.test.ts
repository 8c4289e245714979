import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveOptions } from '../options.ts'
import { cookieJar } from '../testing/cookie-jar.ts'
import { formatCookieHeader, parseCookieHeader } from './header.ts'
import type { CookieChange } from './session-cookies.ts'
import {
  applyChanges,
  clearBroken,
  clearCookie,
  cookieName,
  readSessionCookies,
  setCookie,
} from './session-cookies.ts'
import { formatSetCookie } from './set-cookie.ts'

const settings = resolveOptions({
  remoteApi: 'http://backend.test',
  keys: { secret: '' },
  maxRefreshTokenBytes: 100_000,
})
const shared = { ...settings, domain: 'example.com' }
const NAME = 'refreshToken'

const read = (cookieHeader: string, { secure = false, by = settings } = {}) =>
  readSessionCookies(parseCookieHeader(cookieHeader), by, secure)
const headersOf = (changes: readonly CookieChange[], secure = false, by = settings) =>
  changes.map((change) => formatSetCookie(change, { ...by, secure }))

/** RFC 6265 4.1.1: what a cookie's value may be made of. */
const cookieOctet = fc.constantFrom(
  ...Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index)).filter(
    (character) => !'",;\\'.includes(character),
  ),
)
/** Header values reach a program as bytes. */
const anyByte = fc.nat(0xff).map((byte) => String.fromCharCode(byte))
const anyValue = (maxLength: number) => fc.string({ unit: cookieOctet, minLength: 1, maxLength })
const tokenLike = fc.string({
  unit: fc.constantFrom('=', '+', '/', '%', '%25', '%3D', 'a', 'Z', '-', '_', '.', '~', '!'),
  minLength: 1,
})
const long = fc
  .tuple(anyValue(40), fc.integer({ min: 60, max: 400 }))
  .map(([part, times]) => part.repeat(times))
const values = fc.oneof(
  anyValue(200),
  tokenLike,
  long,
  anyValue(50).map((value) => `"${value}"`),
)

it('a life beyond all numbers is written in digits: browsers drop a Max-Age that is not', () => {
  for (const life of [1e21, Number.POSITIVE_INFINITY])
    expect(headersOf(setCookie(NAME, 'r', life, []))).toEqual([
      'refreshToken=r; Path=/; Max-Age=9007199254740991; HttpOnly; SameSite=Lax',
    ])
})

describe('a value comes back as it was set', () => {
  it('through Set-Cookie, a browser and the Cookie header, whatever RFC 6265 lets it be', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (value, secure) => {
        const jar = cookieJar()
        const name = cookieName(NAME, settings, secure)
        jar.receive(headersOf(setCookie(name, value, 60, []), secure))
        const presented = read(jar.header(), { secure })
        expect(presented.values).toEqual({ refreshToken: value })
        expect(presented.broken.length).toBe(0)
      }),
      { numRuns: 300 },
    )
  })

  it('through `cookies().set()` of Next, which encodes', () => {
    fc.assert(
      fc.property(values, (value) => {
        const changes = setCookie(NAME, value, 60, [])
        const header = changes
          .map((change) => `${change.name}=${encodeURIComponent(change.value)}`)
          .join('; ')
        expect(read(header).values.refreshToken).toBe(value)
      }),
      { numRuns: 300 },
    )
  })

  it('in the Cookie header that the app sees, and through the decoding of Next', () => {
    fc.assert(
      fc.property(values, (value) => {
        const pairs = applyChanges([], read(''), setCookie(NAME, value, 60, []))
        expect(read(formatCookieHeader(pairs)).values.refreshToken).toBe(value)
        expect(pairs.map((pair) => decodeURIComponent(pair.value)).join('')).toBe(value)
      }),
      { numRuns: 300 },
    )
  })

  it('`=`, `+` and `/` stand in the header as they are, for a backend that does not decode', () => {
    const [header] = headersOf(setCookie(NAME, 'a=b+c/d==', 60, []))
    expect(header).toMatch(/^refreshToken=a=b\+c\/d==;/)
  })
})

describe('a value over 4096 bytes (nextjs-auth0 #2011)', () => {
  const sizes = (changes: readonly CookieChange[]) =>
    changes.map(({ name, value }) => name.length + encodeURIComponent(value).length)

  it('is split into numbered chunks that browsers keep, each in a header of its own', () => {
    const changes = setCookie(NAME, 'x'.repeat(10_000), 60, [])
    expect(changes.map(({ name }) => name)).toEqual([`${NAME}.0`, `${NAME}.1`, `${NAME}.2`])
    expect(Math.max(...sizes(changes))).toBeLessThanOrEqual(4096)
    expect(headersOf(changes)).toHaveLength(3)
  })

  it('is split at the byte, not before', () => {
    const fitting = 'x'.repeat(4096 - NAME.length)
    expect(setCookie(NAME, fitting, 60, []).map(({ name }) => name)).toEqual([NAME])
    expect(setCookie(NAME, `${fitting}x`, 60, [])).toHaveLength(2)
  })

  it('chunks fit also when every character needs encoding', () => {
    fc.assert(
      fc.property(long, (value) => {
        expect(Math.max(...sizes(setCookie(NAME, value, 60, [])))).toBeLessThanOrEqual(4096)
      }),
      { numRuns: 100 },
    )
  })

  it('chunks left over from a longer value are cleared, and so is the whole from before, and the other way round', () => {
    const jar = cookieJar()
    for (const length of [20_000, 9000, 10, 5000, 30]) {
      const value = 'y'.repeat(length)
      jar.receive(headersOf(setCookie(NAME, value, 60, read(jar.header()).names)))
      expect(jar.names()).toEqual(
        length < 4000
          ? [NAME]
          : Array.from({ length: Math.ceil(length / 4081) }, (_, index) => `${NAME}.${index}`),
      )
      expect(read(jar.header()).values.refreshToken).toBe(value)
    }
    jar.receive(headersOf(clearCookie(NAME, read(jar.header()).names)))
    expect(jar.names()).toEqual([])
  })

  it('chunks are put together in order, however the browser sends them', () => {
    expect(read(`${NAME}.1=b; ${NAME}.0=a; ${NAME}.2=c`).values.refreshToken).toBe('abc')
    expect(
      read(Array.from({ length: 12 }, (_, index) => `${NAME}.${11 - index}=${index % 10}`).join('; ')).values
        .refreshToken,
    ).toBe('109876543210')
  })
})

describe('a name sent twice', () => {
  it('is not used at all, whichever came first', () => {
    const { values, broken } = read(`${NAME}=mine; theme=dark; ${NAME}=planted; accessToken=a`)
    expect(values).toEqual({ accessToken: 'a' })
    expect(broken).toEqual([NAME])
    expect(read(`${NAME}.0=a; ${NAME}.1=b; ${NAME}.1=x`).values).toEqual({})
    expect(read(`${NAME}=same; ${NAME}=same`).values).toEqual({})
  })

  it('is cleared in the host-only variant and in that of the configured Domain', () => {
    expect(headersOf(clearBroken([NAME], undefined))).toEqual([
      'refreshToken=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
    ])
    expect(headersOf(clearBroken([NAME], 'example.com'), true, shared)).toEqual([
      'refreshToken=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
      'refreshToken=; Path=/; Max-Age=0; Domain=example.com; Secure; HttpOnly; SameSite=Lax',
    ])
  })

  it('matters for session cookies only', () => {
    expect(read('theme=a; theme=b').broken.length).toBe(0)
  })
})

describe('a value that cannot be read', () => {
  it.each([
    '%',
    '%zz',
    '%E0%A4%A',
    'a b',
    'a"b',
    'a\\b',
    'a,b',
    'é',
    '%C3%A9',
    '%0A',
    '%00',
    'a%3Bb',
    '\u00ff',
  ])('%j is left out and cleared, and never throws', (value) => {
    const { values, broken } = read(`${NAME}=${value}; accessToken=a`)
    expect(values).toEqual({ accessToken: 'a' })
    expect(broken).toEqual([NAME])
  })

  it('an empty one is none', () => {
    expect(read(`${NAME}=`).values).toEqual({})
    expect([...read(`${NAME}=`).names]).toEqual([NAME])
  })

  it('no Cookie header whatsoever throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyByte }), (text) => {
        expect(() => read(`${text}; ${NAME}=${text}; ${NAME}.0${text}`)).not.toThrow()
      }),
    )
  })
})
