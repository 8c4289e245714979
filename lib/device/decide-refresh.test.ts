import { describe, expect, it } from 'vitest'
import type { Asked } from './decide-refresh.ts'
import { concludeRefresh, decideRefresh } from './decide-refresh.ts'

const good: Asked = { cookie: 'this', isSignedOut: false, proof: 'good' }

describe('the table of the refresh endpoint', () => {
  it.each([
    [{ cookie: 'none' }, 'give-up'],
    [{ cookie: 'other' }, 'give-up'],
    [{ cookie: 'other', isSignedOut: true }, 'give-up'],
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
    ['rotated', { status: 200, outcome: 'renewed' }],
    ['refused', { status: 401, outcome: 'ended' }],
    ['unavailable', { status: 503, outcome: 'degraded' }],
  ] as const)('a backend that has %s: %j', (tried, expected) => {
    expect(concludeRefresh(tried)).toMatchObject(expected)
  })
})
