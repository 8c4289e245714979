import { describe, expect, it } from 'vitest'
import type { AccessTokenClaims } from '../gateway/token/claims.ts'
import { createEndedList } from './list.ts'

const NOW = 1_900_000_000_000
const LIFE = 960
const claims = (change: Partial<AccessTokenClaims> = {}): AccessTokenClaims => ({
  subject: 'user-1',
  sid: 'session-1',
  roles: [],
  issuedAt: NOW / 1000 - 60,
  expiresAt: NOW / 1000 + 840,
  authenticatedAt: null,
  acr: null,
  ...change,
})
const bySid = (sid: string, endedAt = NOW) => ({ sid, endedAt, reason: 'ended-by-user' })
const bySub = (sub: string, endedAt = NOW) => ({ sub, endedAt, reason: 'user-disabled' })

describe('a session has ended', () => {
  it('when an entry names it, whenever its token was issued', () => {
    const list = createEndedList(10)
    list.add([bySid('session-1', NOW - 1_000)], LIFE, NOW)
    expect(list.find(claims({ issuedAt: NOW / 1000 + 5 }), NOW)).toBe('ended-by-user')
    expect(list.find(claims({ sid: 'session-2' }), NOW)).toBeNull()
  })

  it('when an entry names its user, and it began before', () => {
    const list = createEndedList(10)
    list.add([bySub('user-1')], LIFE, NOW)
    expect(list.find(claims({ issuedAt: NOW / 1000 - 1 }), NOW)).toBe('user-disabled')
    expect(list.find(claims({ issuedAt: NOW / 1000 }), NOW)).toBeNull()
    expect(list.find(claims({ subject: 'user-2' }), NOW)).toBeNull()
  })

  it('by when the person signed in, where that is told: a renewal makes no session younger', () => {
    const list = createEndedList(10)
    list.add([bySub('user-1')], LIFE, NOW)
    const issuedAt = NOW / 1000 + 60
    expect(list.find(claims({ issuedAt, authenticatedAt: NOW / 1000 - 1 }), NOW)).toBe('user-disabled')
    expect(list.find(claims({ issuedAt, authenticatedAt: NOW / 1000 }), NOW)).toBeNull()
  })

  it('but for a few seconds when its own browser has replaced it: the answers under way would clear the new one’s cookies', () => {
    const list = createEndedList(10)
    list.add([{ sid: 'session-1', endedAt: NOW, reason: 'replaced' }], LIFE, NOW)
    expect(list.find(claims(), NOW + 3_000)).toBeNull()
    expect(list.find(claims(), NOW + 6_000)).toBe('replaced')
  })

  it('by the latest of a user’s entries, in whatever order they come', () => {
    const list = createEndedList(10)
    list.add([bySub('user-1', NOW), bySub('user-1', NOW - 120_000)], LIFE, NOW)
    expect(list.find(claims(), NOW)).toBe('user-disabled')
    expect(list.size).toBe(1)
  })
})

describe('access has ended', () => {
  const renew = { endedAt: NOW, reason: 'roles-changed', renew: true } as const

  it('of a user’s tokens from before, and the session lives', () => {
    const list = createEndedList(10)
    expect(list.isOutdated(claims())).toBe(false)
    list.add([{ sub: 'user-1', ...renew }], LIFE, NOW)
    expect(list.isOutdated(claims())).toBe(true)
    expect(list.find(claims(), NOW)).toBeNull()
    expect(list.isOutdated(claims({ subject: 'user-2' }))).toBe(false)
    expect(list.isOutdated(claims({ sid: 'user-1', subject: 'user-2' }))).toBe(false)
    expect(list.isOutdated(claims({ issuedAt: NOW / 1000 + 5 }))).toBe(false)
  })

  it('also of a token that was made a moment later: of what was read before, or by a clock that is ahead', () => {
    const list = createEndedList(10)
    list.add([{ sub: 'user-1', ...renew }], LIFE, NOW)
    expect(list.isOutdated(claims({ issuedAt: NOW / 1000 + 4 }))).toBe(true)
  })

  it('of one session, by the latest entry, until no token can be so old', () => {
    const list = createEndedList(10)
    const earlier = { ...renew, endedAt: NOW - 120_000 }
    list.add(
      [
        { sid: 'session-1', ...renew },
        { sid: 'session-1', ...earlier },
      ],
      LIFE,
      NOW,
    )
    expect(list.isOutdated(claims())).toBe(true)
    expect(list.isOutdated(claims({ sid: 'session-2' }))).toBe(false)
    expect(list.size).toBe(1)
    list.add([], LIFE, NOW + LIFE * 1000 + 300_000)
    expect(list.size).toBe(0)
  })
})

describe('the list keeps within bounds', () => {
  it('forgets what no access token can outlive', () => {
    const list = createEndedList(10)
    list.add([bySid('a'), bySub('user-1')], LIFE, NOW)
    list.add([], LIFE, NOW + LIFE * 1000 + 299_999)
    expect(list.size).toBe(2)
    list.add([], LIFE, NOW + LIFE * 1000 + 300_000)
    expect(list.size).toBe(0)
  })

  it('takes nothing that has run out already', () => {
    const list = createEndedList(10)
    list.add([bySid('a', NOW - 24 * 3_600_000)], LIFE, NOW)
    expect(list.size).toBe(0)
  })

  it('takes no more than it holds, and drops nothing before its time to make room', () => {
    const list = createEndedList(2)
    list.add([bySid('a'), bySid('b')], LIFE, NOW)
    expect(() => list.add([bySid('c')], LIFE, NOW + 1_000)).toThrow(expect.objectContaining({ code: 'size' }))
    expect(list.find(claims({ sid: 'a' }), NOW)).not.toBeNull()
    list.add([bySid('b')], LIFE, NOW)
    const later = NOW + LIFE * 1000 + 300_000
    list.add([bySid('c', later)], LIFE, later)
    expect(list.find(claims({ sid: 'c' }), NOW)).not.toBeNull()
    expect(list.size).toBe(1)
  })

  it('counts ends of access among them, and forgets those in time, too', () => {
    const list = createEndedList(2)
    const renew = (sub: string, endedAt = NOW) => ({ sub, endedAt, reason: 'roles-changed', renew: true })
    list.add([renew('a'), renew('b'), renew('a')], LIFE, NOW)
    expect(() => list.add([renew('c')], LIFE, NOW)).toThrow('size')
    expect(list.isOutdated(claims({ subject: 'a' }))).toBe(true)
    const later = NOW + (LIFE + 300) * 1000
    list.add([renew('c', later)], LIFE, later)
    expect(list.size).toBe(1)
  })

  it('does not believe what has not happened: no session of tomorrow has ended today', () => {
    const list = createEndedList(10)
    const tomorrow = NOW + 24 * 3_600_000
    expect(list.add([bySub('user-1', tomorrow), bySid('a', tomorrow)], LIFE, NOW)).toBe(true)
    expect(list.find(claims({ issuedAt: NOW / 1000 + 60 }), NOW)).toBeNull()
    expect(list.find(claims({ sid: 'a' }), NOW)).not.toBeNull()
    list.add([], LIFE, NOW + LIFE * 1000 + 300_000)
    expect(list.size).toBe(0)
  })

  it('bears clocks that differ by five minutes', () => {
    const list = createEndedList(10)
    expect(list.add([bySub('user-1', NOW + 299_000)], LIFE, NOW)).toBe(false)
    expect(list.find(claims({ issuedAt: NOW / 1000 + 298 }), NOW)).toBe('user-disabled')
  })
})

it('a look-up costs less than a microsecond, with 100,000 sessions ended', () => {
  const list = createEndedList(1_000_000)
  const entries = Array.from({ length: 100_000 }, (_, i) => bySid(`session-${i}-0123456789abcd`))
  list.add(entries, LIFE, NOW)
  const looked = [claims({ sid: 'session-99999-0123456789abcd' }), claims({ sid: 'another' })]
  const rounds = 200_000
  const measure = () => {
    const startedAt = performance.now()
    let found = 0
    for (let i = 0; i < rounds; i += 1) if (list.find(looked[i % 2] as AccessTokenClaims, NOW)) found += 1
    expect(found).toBe(rounds / 2)
    return ((performance.now() - startedAt) * 1000) / rounds
  }
  const best = Math.min(...Array.from({ length: 5 }, measure))
  console.log(`a look-up among 100,000: ${best.toFixed(3)} µs`)
  // The best of five: another process may have had the processor.
  expect(best).toBeLessThan(1)
})
