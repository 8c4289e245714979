import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveOptions } from '../options.ts'
import { formatCookieHeader, parseCookieHeader } from './header.ts'
import { applyChanges, readSessionCookies, setCookie } from './session-cookies.ts'

const settings = resolveOptions({ remoteApi: 'http://backend.test', keys: { secret: '' } })

describe('a Cookie header', () => {
  it.each([
    ['a=b', [['a', 'b']]],
    ['a=b=c==', [['a', 'b=c==']]],
    [
      'a=; b=1',
      [
        ['a', ''],
        ['b', '1'],
      ],
    ],
    [
      'a="x y, z"; b=100%25',
      [
        ['a', '"x y, z"'],
        ['b', '100%25'],
      ],
    ],
    [
      'a=1;b=2;  c=3',
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
      ],
    ],
    [
      'a=1; nonsense; b=2; ',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1; a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['=nameless', [['', 'nameless']]],
    [
      'a=\t1 ; b = 2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    // How Node hands over the UTF-8 of "voilà": its last byte looks like a no-break space.
    ['a=voil\u00c3\u00a0', [['a', 'voil\u00c3\u00a0']]],
    ['', []],
  ])('%s is split at semicolons, and at the first = of each pair', (header, pairs) => {
    expect(parseCookieHeader(header).map(({ name, value }) => [name, value])).toEqual(pairs)
  })

  it('there may be none', () => {
    expect(parseCookieHeader(null)).toEqual([])
  })
})

describe('other cookies', () => {
  /** The Cookie header the app sees after a renewal. */
  const renewed = (header: string) => {
    const pairs = parseCookieHeader(header)
    const presented = readSessionCookies(pairs, settings, false)
    const changes = [
      ...setCookie('accessToken', 'new', 60, presented.names),
      ...setCookie('refreshToken', 'r%2', 60, presented.names),
    ]
    return formatCookieHeader(applyChanges(pairs, presented, changes))
  }

  it('request.cookies.set() re-encodes every cookie: here they stay byte for byte', () => {
    const others =
      'discount=100%25; eq=a=b=c; quoted="a, b"; bad=%zz; empty=; theme=dark; café=é; theme=light'
    expect(renewed(`accessToken=old; ${others}; refreshToken=old`)).toBe(
      `${others}; accessToken=new; refreshToken=r%252`,
    )
  })

  it('stay byte for byte whatever they are', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/)
    const value = fc.string({ unit: 'binary-ascii' }).filter((text) => !/[;\s]/.test(text))
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (cookies) => {
        const others = cookies.map((pair) => pair.join('=')).join('; ')
        const fresh = 'accessToken=new; refreshToken=r%252'
        expect(renewed(others)).toBe(others === '' ? fresh : `${others}; ${fresh}`)
      }),
    )
  })

  it('a session cookie that was sent twice is in it once, or not at all', () => {
    expect(renewed('accessToken=a; x=1; accessToken=b; userDataEtls=u; userDataEtls=v')).toBe(
      'x=1; accessToken=new; refreshToken=r%252',
    )
  })
})
