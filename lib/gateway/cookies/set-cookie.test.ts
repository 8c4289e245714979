import { describe, expect, it } from 'vitest'
import { parseSetCookie } from './set-cookie.ts'

const NOW = Date.UTC(2030, 0, 1) / 1000

describe('a Set-Cookie header of a backend', () => {
  it.each([
    ['refreshToken=a=b+c/d==; Path=/', { name: 'refreshToken', value: 'a=b+c/d==', maxAge: undefined }],
    ['refreshToken=a%3Db; HttpOnly', { name: 'refreshToken', value: 'a%3Db', maxAge: undefined }],
    ['  a = b ', { name: 'a', value: 'b', maxAge: undefined }],
    ['a="b"', { name: 'a', value: '"b"', maxAge: undefined }],
    ['a=; Max-Age=0', { name: 'a', value: '', maxAge: 0 }],
    ['a=b; max-age=60', { name: 'a', value: 'b', maxAge: 60 }],
    ['a=b; Max-Age=-1', { name: 'a', value: 'b', maxAge: -1 }],
    ['a=b; Max-Age=soon', { name: 'a', value: 'b', maxAge: undefined }],
    ['a=b; Expires=Tue, 01 Jan 2030 00:01:00 GMT; Path=/', { name: 'a', value: 'b', maxAge: 60 }],
    ['a=b; Expires=Tue, 01 Jan 2030 00:01:00 GMT; Max-Age=5', { name: 'a', value: 'b', maxAge: 5 }],
    ['a=b; Expires=never', { name: 'a', value: 'b', maxAge: undefined }],
  ])('%s', (header, cookie) => {
    expect(parseSetCookie(header, NOW)).toEqual(cookie)
  })

  it.each(['', 'a', '=b', '; Path=/', 'Path'])('%j is none', (header) => {
    expect(parseSetCookie(header, NOW)).toBeUndefined()
  })

  it('several folded into one header with a comma are one cookie: nothing is taken apart by guessing', () => {
    const header = 'refreshToken=r; Expires=Tue, 01 Jan 2030 00:01:00 GMT, accessToken=a; Max-Age=9'
    expect(parseSetCookie(header, NOW)).toMatchObject({ name: 'refreshToken', value: 'r' })
    expect(parseSetCookie('a=1, refreshToken=r', NOW)).toMatchObject({
      name: 'a',
      value: '1, refreshToken=r',
    })
  })
})
