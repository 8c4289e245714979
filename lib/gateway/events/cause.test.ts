import { describe, expect, it } from 'vitest'
import { causeOf } from './cause.ts'

describe('the cause of a failure', () => {
  it('is the message and where it came from', () => {
    const { message, stack } = causeOf(new TypeError('user is undefined'))
    expect(message).toBe('user is undefined')
    expect(stack).toContain('cause.test.ts')
  })

  it.each([undefined, null, 'text', 7, {}])('may be anything that can be thrown: %j', (thrown) => {
    expect(causeOf(thrown)).toEqual({ message: String(thrown), stack: null })
  })

  it('tells no token: neither one that it is told of, nor any JWT', () => {
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln'
    const told = JSON.stringify(causeOf(new Error(`opaque-1 and ${jwt}`), ['opaque-1', null, '']))
    expect(told).not.toContain('opaque-1')
    expect(told).not.toContain('eyJ')
    expect(told).toContain('[token] and [token]')
  })

  it('is no longer than a log line should be', () => {
    expect(causeOf(new Error('x'.repeat(100_000))).message).toHaveLength(2000)
  })
})
