import { describe, expect, it } from 'vitest'
import { resolveOptions } from '../options.ts'
import { visitorAddress } from './facts.ts'

const address = (list: string | undefined, proxies: number) =>
  visitorAddress(new Headers(list === undefined ? {} : { 'x-forwarded-for': list }), proxies)

describe('ASVS 15.3.4: the visitor’s address', () => {
  it.each([
    ['203.0.113.7', 1, '203.0.113.7'],
    ['6.6.6.6, 203.0.113.7', 1, '203.0.113.7'],
    ['6.6.6.6,203.0.113.7 , 198.51.100.2', 2, '203.0.113.7'],
    ['2001:db8::7', 1, '2001:db8::7'],
  ])('of %s behind %i is %s', (list, proxies, expected) => expect(address(list, proxies)).toBe(expected))

  it.each([
    ['6.6.6.6', 0],
    [undefined, 1],
    ['203.0.113.7', 2],
    ['6.6.6.6, ', 1],
  ])('of %s behind %i is not known', (list, proxies) => expect(address(list, proxies)).toBeNull())

  it('is the proxy’s word with `trustProxy`, and unknown by default', () => {
    const options = { remoteApi: 'http://backend.test', keys: { secret: 'x' } }
    expect(resolveOptions(options).proxies).toBe(0)
    expect(resolveOptions({ ...options, trustProxy: true }).proxies).toBe(1)
    expect(resolveOptions({ ...options, trustProxy: true, proxies: 3 }).proxies).toBe(3)
  })
})
