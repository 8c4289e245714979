import { expect, test } from 'vitest'
import { gatewayOptions } from './next-options.ts'

test.each(['16.0.0', '16.4.6', '17.0.0-canary.1'])('Next %s has the names with proxy in them', (version) => {
  expect(gatewayOptions(version, false)).toEqual({
    skipProxyUrlNormalize: true,
    experimental: { proxyClientMaxBodySize: '100mb' },
  })
})

test('Next 15.5.29 has the names with middleware in them', () => {
  expect(gatewayOptions('15.5.29', false)).toEqual({
    skipMiddlewareUrlNormalize: true,
    experimental: { middlewareClientMaxBodySize: '100mb' },
  })
})

test.each(['15.5.29', '16.4.6'])(
  'Next %s: `forbidden()` is switched on where the app has a page for it',
  (version) => {
    expect(gatewayOptions(version, true).experimental).toMatchObject({ authInterrupts: true })
  },
)
