import { expect, it } from 'vitest'
import { type PresentedToken, presentedRefreshToken, sessionCookie } from './cookies.ts'

it.each<[string | undefined, PresentedToken, string]>([
  [undefined, { kind: 'absent' }, 'there is no header'],
  ['', { kind: 'absent' }, 'the header is empty'],
  ['accessToken=x; other=y', { kind: 'absent' }, 'there are other cookies only'],
  ['refreshToken=', { kind: 'absent' }, 'the value is empty'],
  ['refreshToken', { kind: 'absent' }, 'there is a name without a value'],
  ['xrefreshToken=a; refreshTokenx=b', { kind: 'absent' }, 'names are only alike'],
  ['RefreshToken=a', { kind: 'absent' }, 'the name is in another case'],
  ['refreshToken=a', { kind: 'one', token: 'a' }, 'it is alone'],
  ['a=b;refreshToken=c;d=e', { kind: 'one', token: 'c' }, 'no space follows the semicolon'],
  ['a=b;  refreshToken=c ;d=e', { kind: 'one', token: 'c' }, 'there is white space around'],
  ['__Host-refreshToken=a', { kind: 'one', token: 'a' }, 'its name has the prefix'],
  ['refreshToken=a=b==', { kind: 'one', token: 'a=b==' }, 'the value contains ='],
  ['refreshToken=a+b/c%3D', { kind: 'one', token: 'a+b/c%3D' }, 'the value contains + / %'],
  ['refreshToken=a; __Host-refreshToken=a', { kind: 'one', token: 'a' }, 'both names agree'],
  ['refreshToken=a; __Host-refreshToken=b', { kind: 'ambiguous' }, 'both names disagree'],
  ['refreshToken=a; refreshToken=b', { kind: 'ambiguous' }, 'one name comes twice'],
  ['refreshToken=a; refreshToken=a', { kind: 'ambiguous' }, 'one name comes twice with the same value'],
  ['refreshToken=a; x=y; refreshToken=', { kind: 'ambiguous' }, 'one name comes twice, once empty'],
])('%j is read as %o (%s)', (header, expected) => {
  expect(presentedRefreshToken(header)).toEqual(expected)
})

it('sets a cookie for this host, this long, out of reach of scripts', () => {
  expect(sessionCookie('accessToken', 'a.b-c_d', 900, false)).toBe(
    'accessToken=a.b-c_d; Max-Age=900; Path=/; HttpOnly; SameSite=Lax',
  )
  expect(sessionCookie('refreshToken', 'x', 1, true)).toBe(
    'refreshToken=x; Max-Age=1; Path=/; HttpOnly; SameSite=Lax; Secure',
  )
})
