import { afterEach, expect, test, vi } from 'vitest'
import { appHost, authServerHost, isLocal } from './host.mjs'
import { appPart, authPart, withDemo } from './parts.mjs'

afterEach(() => vi.unstubAllEnvs())

test.each(['', 'localhost', '127.0.0.1', '127.1.2.3', '::1'])('HOST=%s: this machine alone', (host) => {
  vi.stubEnv('HOST', host)
  vi.stubEnv('NODE_OPTIONS', '--no-warnings')
  expect(isLocal()).toBe(true)
  expect(authServerHost()).toBe('127.0.0.1')
  // Next takes 127.0.0.1 for another server than localhost, which it calls itself.
  const env = { NODE_OPTIONS: '--no-warnings --dns-result-order=ipv4first' }
  expect(appHost()).toEqual({ listen: 'localhost', url: 'localhost', env })
  expect(appPart(3000, 3001).args.slice(-4)).toEqual(['-p', '3000', '-H', 'localhost'])
})

test.each([
  ['0.0.0.0', 'localhost', '127.0.0.1'],
  ['::', 'localhost', '127.0.0.1'],
  ['192.168.1.7', '192.168.1.7', '192.168.1.7'],
  ['2001:db8::7', '[2001:db8::7]', '[2001:db8::7]'],
  ['box.example', 'box.example', 'box.example'],
])('HOST=%s: others, too', (host, app, auth) => {
  vi.stubEnv('HOST', host)
  expect(isLocal()).toBe(false)
  expect(appHost()).toEqual({ listen: host, url: app, env: {} })
  expect(authPart(3001).ready).toBe(`http://${auth}:3001/readyz`)
  expect(appPart(3000, 3001, 'dev')).toMatchObject({
    args: [expect.any(String), 'dev', '-p', '3000', '-H', host],
    env: { REMOTE_API: `http://${auth}:3001` },
    ready: `http://${app}:3000/`,
  })
})

test('the buttons that break things are for this machine alone', () => {
  const demo = () => withDemo(appPart(3000, 3001)).env.EVERGATE_DEMO
  vi.stubEnv('STORE_URL', '')
  vi.stubEnv('EVERGATE_DEMO', '')
  expect(demo()).toBe('1')
  vi.stubEnv('HOST', '0.0.0.0')
  expect(demo()).toBeUndefined()
})
