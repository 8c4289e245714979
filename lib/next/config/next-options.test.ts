import { expect, test } from 'vitest'
import { gatewayOptions } from './next-options.ts'

const LARGE = { maxBodySizes: { '/videos': 99_000_000, '/notes': 1000 } }

test.each(['16.0.0', '16.4.6', '17.0.0-canary.1'])('Next %s has the names with proxy in them', (version) => {
  expect(gatewayOptions(version, false, LARGE)).toEqual({
    skipProxyUrlNormalize: true,
    experimental: { proxyClientMaxBodySize: 99_000_000 },
  })
})

test('Next 15.5.29 has the names with middleware in them', () => {
  expect(gatewayOptions('15.5.29', false, LARGE)).toEqual({
    skipMiddlewareUrlNormalize: true,
    experimental: { middlewareClientMaxBodySize: 99_000_000 },
  })
})

test('Next keeps its own limit for bodies, unless a path takes more', () => {
  for (const options of [undefined, {}, { maxBodySizes: { '/notes': 1000 } }])
    expect(gatewayOptions('16.4.6', false, options).experimental).toEqual({})
})

test.each(['15.5.29', '16.4.6'])(
  'Next %s: `forbidden()` is switched on where the app has a page for it',
  (version) => {
    expect(gatewayOptions(version, true).experimental).toMatchObject({ authInterrupts: true })
  },
)
