import { describe, expect, it } from 'vitest'
import type { Asked } from './decide-refresh.ts'
import { concludeRefresh, decideRefresh } from './decide-refresh.ts'

const good: Asked = { isThis: true, isSignedOut: false, proof: 'good' }

describe('the table of the refresh endpoint', () => {
  it.each([
    [{ isThis: false }, 'give-up'],
    [{ isThis: false, isSignedOut: true }, 'give-up'],
    [{ isSignedOut: true }, 'end'],
    [{ isSignedOut: true, proof: 'none' }, 'end'],
    [{ proof: 'none' }, 'ask'],
    [{ proof: 'old' }, 'ask'],
    [{ proof: 'wrong' }, 'give-up'],
    [{}, 'renew'],
  ] as const)('%j: %j', (change, expected) => {
    expect(decideRefresh({ ...good, ...change })).toEqual(expected)
  })

  it.each([
    ['rotated', [200, 'renewed', 'pass']],
    ['refused', [401, 'ended', 'unauthenticated']],
    ['unavailable', [503, 'degraded', 'unavailable']],
  ] as const)('a backend that has %s: %j', (tried, expected) => {
    expect(concludeRefresh(tried)).toEqual(expected)
  })
})
