import { expect, it } from 'vitest'
import { inUrl, isLoopback } from './loopback.ts'

it.each(['127.0.0.1', '127.8.9.10', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', 'localhost', 'LOCALHOST'])(
  '%s is this machine alone',
  (host) => expect(isLoopback(host)).toBe(true),
)

it.each([
  '0.0.0.0',
  '::',
  '192.168.0.7',
  '128.0.0.1',
  'localhost.example.com',
  'box',
  '127.0.0.1.example.com',
])('%s can be reached from elsewhere', (host) => expect(isLoopback(host)).toBe(false))

it('an IPv6 address has brackets in a URL', () => {
  expect(['::1', '127.0.0.1', 'localhost'].map(inUrl)).toEqual(['[::1]', '127.0.0.1', 'localhost'])
})
