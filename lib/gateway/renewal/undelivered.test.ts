import { describe, expect, it } from 'vitest'
import { manualClock } from '../../testing/clock.ts'
import type { Renewal } from './renewal.ts'
import { createDeliveryWatch } from './undelivered.ts'

const LIFE = 60

/** A backend without any grace, which rotates `r1` to `r2` and so on, and ends the session when a parent comes again. */
function strictBackend(memory?: number) {
  const clock = manualClock()
  const calls: string[] = []
  let newest = 1
  let isOver = false
  const renew = async ({ refreshToken }: { refreshToken: string; client: string }): Promise<Renewal> => {
    calls.push(refreshToken)
    isOver ||= refreshToken !== `r${newest}`
    if (isOver) return { result: 'refused', reason: 'refresh_token_reused' }
    newest += 1
    const now = clock.seconds()
    return {
      result: 'rotated',
      tokens: {
        claims: {
          subject: 'u',
          sid: 's1',
          roles: [],
          issuedAt: now,
          expiresAt: now + LIFE,
          authenticatedAt: null,
          acr: null,
        },
        issued: {
          accessToken: `a${newest}`,
          refreshToken: `r${newest}`,
          refreshTokenMaxAge: null,
          userData: null,
          otherCookies: [],
        },
        userData: null,
      },
      ...(memory !== undefined && { memory }),
    } as Renewal
  }
  const told: string[] = []
  const watch = createDeliveryWatch(renew, clock)
  return {
    clock,
    calls,
    told,
    renew,
    watch,
    /** A request with this refresh token; returns the child that it is answered with, or why there is none. */
    async present(refreshToken: string, client = 'browser') {
      watch.noteDelivered(refreshToken)
      const renewal = await watch.renew({ refreshToken, client }, (sid) => told.push(sid))
      return renewal.result === 'rotated' ? renewal.tokens.issued.refreshToken : renewal.reason
    },
  }
}

describe('next.js #29488: a page that polls a path which drops its cookies', () => {
  it('is never signed out by a grace that is shorter than the ten seconds', async () => {
    const { clock, calls, present } = strictBackend(1000)
    await present('r1')
    clock.advance(1001)
    for (let polls = 0; polls < 20; polls += 1) {
      expect(await present('r1')).toBe('r2')
      clock.advance(400)
    }
    expect(calls).toEqual(['r1'])
  })

  it.each([1, 5, 12, 45, 300])('every %i s is never signed out', async (every) => {
    const { clock, present, told } = strictBackend()
    await present('r1')
    clock.advance(10_001)
    for (let polls = 0; polls < 200; polls += 1) {
      expect(await present('r1')).toMatch(/^r\d+$/)
      clock.advance(every * 1000)
    }
    expect(told).toEqual(['s1'])
  })

  it('costs one call for each life of an access token', async () => {
    const { clock, present, calls } = strictBackend()
    await present('r1')
    clock.advance(10_001)
    for (let second = 0; second < 10 * LIFE; second += 5) {
      await present('r1')
      clock.advance(5000)
    }
    expect(calls.length).toBeLessThanOrEqual(12)
    expect(new Set(calls).size).toBe(calls.length)
  })

  it('and the browser that then loads a page which delivers goes on', async () => {
    const { clock, present, told } = strictBackend()
    await present('r1')
    for (let polls = 0; polls < 40; polls += 1) {
      clock.advance(11_000)
      await present('r1')
    }
    const delivered = await present('r1')
    clock.advance(LIFE * 1000)
    expect(await present(String(delivered))).toMatch(/^r\d+$/)
    expect(told).toEqual(['s1'])
  })
})

describe('is not taken for that', () => {
  it('a parent that comes within ten seconds: the memory of flights has it, or the backend', async () => {
    const { clock, present } = strictBackend()
    await present('r1')
    clock.advance(10_000)
    expect(await present('r1')).toBe('refresh_token_reused')
  })

  it('a parent whose child was presented', async () => {
    const { clock, present, watch } = strictBackend()
    expect(await present('r1')).toBe('r2')
    clock.advance(11_000)
    watch.noteDelivered('r2')
    expect(await present('r1')).toBe('refresh_token_reused')
  })

  it('a parent from another client', async () => {
    const { clock, present } = strictBackend()
    await present('r1')
    clock.advance(11_000)
    expect(await present('r1', 'thief')).toBe('refresh_token_reused')
  })

  it('one answer that was lost: it is given again, and nobody is told', async () => {
    const { clock, present, told } = strictBackend()
    const lost = await present('r1')
    clock.advance(3_000_000)
    expect(await present('r1')).toMatch(/^r[23]$/)
    expect([lost, told]).toEqual(['r2', []])
  })
})

it('a session that has ended is not kept alive', async () => {
  const { clock, present } = strictBackend()
  await present('r1')
  clock.advance(11_000)
  await present('r1')
  await present('foreign')
  clock.advance(LIFE * 1000)
  expect(await present('r1')).toBe('refresh_token_reused')
})

it('remembers the thousand that were used last', async () => {
  const clock = manualClock()
  let calls = 0
  const renew = async ({ refreshToken }: { refreshToken: string; client: string }) => {
    calls += 1
    const claims = { sid: refreshToken, expiresAt: clock.seconds() + 3600 }
    return { result: 'rotated', tokens: { claims, issued: { refreshToken: `${refreshToken}+` } } } as Renewal
  }
  const watch = createDeliveryWatch(renew, clock)
  const present = (refreshToken: string) => watch.renew({ refreshToken, client: '' }, () => {})
  await present('polls')
  for (let other = 0; other < 3000; other += 1) {
    clock.advance(other === 0 ? 10_001 : 0)
    await present(`other${other}`)
    if (other % 500 === 0) await present('polls')
  }
  expect(calls).toBe(3001)
  await present('other0')
  expect(calls).toBe(3002)
})

it('no parent falls between the memory of a renewal, which may have been slow, and this one', async () => {
  const { clock, renew, calls } = strictBackend(1000)
  const slow = createDeliveryWatch(async (session: { refreshToken: string; client: string }) => {
    const renewal = await renew(session)
    clock.advance(400)
    return renewal
  }, clock)
  const parent = { refreshToken: 'r1', client: 'browser' }
  await slow.renew(parent, () => {})
  clock.advance(700)
  expect(await slow.renew(parent, () => {})).toMatchObject({ result: 'rotated' })
  expect(calls).toEqual(['r1'])
})
