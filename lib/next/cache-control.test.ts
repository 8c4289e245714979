import { describe, expect, it } from 'vitest'
import { withoutSharing } from './cache-control.ts'

describe('only what lets a shared cache keep an answer is changed', () => {
  it.each([
    'private, max-age=60',
    'private, no-cache, no-store, max-age=0, must-revalidate',
    'no-store',
    'Private, max-age=60, no-transform',
    'private, stale-while-revalidate=30',
  ])('%s stays', (own) => expect(withoutSharing(own)).toBe(own))

  it.each([
    ['', 'private, no-store'],
    ['no-transform', 'private, no-store, no-transform'],
    ['public, max-age=60, No-Transform', 'private, no-store, no-transform'],
    ['s-maxage=31536000', 'private, no-store'],
    ['max-age=60', 'private, no-store'],
    ['private, s-maxage=60, max-age=5', 'private, max-age=5'],
    ['public, private, max-age=5', 'private, max-age=5'],
    ['private="x-a", max-age=60', 'private, no-store'],
    ['max-age=60, x="a, private, b"', 'private, no-store'],
  ])('%j: %s', (own, expected) => expect(withoutSharing(own)).toBe(expected))
})
