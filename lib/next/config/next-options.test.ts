import { expect, test } from 'vitest'
import { gatewayOptions } from './next-options.ts'

test.each(['16.0.0', '16.4.6', '17.0.0-canary.1'])('Next %s has the names with proxy in them', (version) => {
  expect(gatewayOptions(version)).toEqual({
    skipProxyUrlNormalize: true,
    experimental: { authInterrupts: true, proxyClientMaxBodySize: '100mb' },
  })
})

test('Next 15.5.29 has the names with middleware in them', () => {
  expect(gatewayOptions('15.5.29')).toEqual({
    skipMiddlewareUrlNormalize: true,
    experimental: { authInterrupts: true, middlewareClientMaxBodySize: '100mb' },
  })
})
