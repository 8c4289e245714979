import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { handMade } from '../testing/issuer.ts'
import { listeners, onEnded, tellEnded } from './ended.ts'
import type { EndingSession, SessionEndOptions } from './when-session-ends.ts'
import { whenSessionEnds } from './when-session-ends.ts'

const NOW = Date.UTC(2030, 0, 1)
const DAY = 86_400

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
})
afterEach(() => {
  vi.useRealTimers()
  expect(listeners()).toBe(0)
})

const claims = (change: object = {}) => ({
  subject: 'ann',
  sid: 's1',
  roles: [],
  issuedAt: NOW / 1000,
  expiresAt: NOW / 1000 + 900,
  authenticatedAt: NOW / 1000,
  acr: null,
  ...change,
})
const session = (endsIn: number | null, change: object = {}): EndingSession => ({
  ...claims(change),
  endsAt: endsIn === null ? null : NOW / 1000 + endsIn,
})

function watched(of: EndingSession, options: SessionEndOptions = {}) {
  const listener = vi.fn()
  const stop = whenSessionEnds(of, listener, options)
  return { listener, stop }
}

describe('ASVS 7.3.2, 7.4.1: whenSessionEnds()', () => {
  it('tells at the absolute limit, and not when the access token ends', () => {
    const { listener } = watched(session(3600))
    vi.advanceTimersByTime(3_599_999)
    expect(listener).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(listener).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('tells at the end of the access token, too, where that is asked for', () => {
    const { listener } = watched(session(3600), { endsWithToken: true })
    vi.advanceTimersByTime(900_000)
    expect(listener).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(3_600_000)
    expect(listener).toHaveBeenCalledOnce()
  })

  it('a session of 30 days is longer than a timer can be, and does not end at once', () => {
    const { listener } = watched(session(30 * DAY))
    vi.advanceTimersByTime(30 * DAY * 1000 - 1)
    expect(listener).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(listener).toHaveBeenCalledOnce()
  })

  it('finds the limit in the access token of an outcome', () => {
    const accessToken = handMade({}, { session_expiry: NOW / 1000 + 60 })
    const { listener } = watched({ ...claims(), accessToken })
    vi.advanceTimersByTime(60_000)
    expect(listener).toHaveBeenCalledOnce()
  })

  it('a session whose limit nobody tells ends by word alone', () => {
    const { listener, stop } = watched(session(null))
    vi.advanceTimersByTime(365 * DAY * 1000)
    expect(listener).not.toHaveBeenCalled()
    stop()
  })

  it('of a session that has ended already it tells at once, but not before it has returned', () => {
    const order: string[] = []
    whenSessionEnds(session(-5), () => order.push('ended'))
    order.push('returned')
    vi.advanceTimersByTime(0)
    expect(order).toEqual(['returned', 'ended'])
  })

  it('tells when the process learns that the session has ended, of this session alone, once', () => {
    const [mine, other] = [watched(session(3600)), watched(session(3600, { sid: 's2' }))]
    tellEnded(({ sid }) => sid === 's1')
    tellEnded(({ sid }) => sid === 's1')
    expect([mine.listener.mock.calls.length, other.listener.mock.calls.length]).toEqual([1, 0])
    tellEnded(({ subject, issuedAt }) => subject === 'ann' && issuedAt * 1000 < NOW + 1)
    expect(other.listener).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('tells nothing any more once it is stopped, and keeps nothing', () => {
    const { listener, stop } = watched(session(3600), { endsWithToken: true })
    stop()
    expect([vi.getTimerCount(), listeners()]).toEqual([0, 0])
    tellEnded(() => true)
    vi.advanceTimersByTime(3_600_000)
    expect(listener).not.toHaveBeenCalled()
  })

  it('goes by the clock that it is given', () => {
    const { listener } = watched(session(3600), { clock: () => NOW + 3_000_000 })
    vi.advanceTimersByTime(600_000)
    expect(listener).toHaveBeenCalledOnce()
  })
})

describe('onEnded()', () => {
  it('bears a listener that stops others, and one that begins to listen anew', () => {
    const heard: string[] = []
    const stopSecond = onEnded(claims(), () => heard.push('second'))
    const first = () => {
      heard.push('first')
      stopSecond()
      again = onEnded(claims(), () => heard.push('again'))
    }
    let again = onEnded(claims(), first)
    tellEnded(() => true)
    expect(heard).toEqual(['second', 'first'])
    again()
  })
})
