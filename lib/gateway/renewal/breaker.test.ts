import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GatewayOptions } from '../options.ts'
import { createHarness, refusing, SILENT, UNREACHABLE } from '../testing/harness.ts'
import type { Breaker, CallReport } from './breaker.ts'
import { admit, NEW_BREAKER, settle } from './breaker.ts'

/** A gateway, and any number of browsers whose access tokens have run out. */
async function withVisitors(options: Partial<GatewayOptions> = {}) {
  const harness = await createHarness(options)
  const accessToken = await harness.expired()
  let visitors = 0
  /** A visitor with a refresh token of their own. */
  const visit = () => {
    visitors += 10
    return harness.send('/dashboard', { cookies: { accessToken, refreshToken: `r${visitors}` } })
  }
  const { backend, clock } = harness
  const up = backend.answer
  return {
    ...harness,
    visit,
    recover: () => (backend.answer = up),
    /** A black hole that the first visitor has met; a call there lasts five seconds. */
    async blackHole() {
      backend.answer = (call) => {
        call.signal.addEventListener('abort', () => clock.advance(5000))
        return SILENT(call)
      }
      await visit()
    },
    types: () => harness.events.map(({ type }) => type),
  }
}

describe('a backend that does not answer', () => {
  it('costs one visitor the budget, and the next ones no call', async () => {
    const { backend, blackHole, events, visit } = await withVisitors({ refreshTimeout: 300 })
    await blackHole()
    for (const _ of Array(100)) expect(await visit()).toMatchObject({ outcome: 'degraded', setCookies: [] })
    expect(backend.calls).toHaveLength(1)
    expect(events[0]).toEqual({ type: 'breaker.opened', pause: 5000 })
    expect(events.at(-1)).toMatchObject({ type: 'backend.unavailable', reason: 'breaker_open' })
  })

  it('is tried by one visitor after the pause, while the others are spared', async () => {
    const { backend, blackHole, clock, visit } = await withVisitors({ refreshTimeout: 300 })
    await blackHole()
    clock.advance(5000)
    await Promise.all([visit(), visit(), visit()])
    expect(backend.calls).toHaveLength(2)
  })

  it('and once it is back, that one is renewed, and everyone after', async () => {
    const { blackHole, clock, recover, types, visit } = await withVisitors({ refreshTimeout: 300 })
    await blackHole()
    recover()
    clock.advance(5000)
    expect((await visit()).outcome).toBe('renewed')
    expect((await visit()).outcome).toBe('renewed')
    expect(types().at(-1)).toBe('breaker.closed')
  })

  it('a refusal shows that it is back, too', async () => {
    const { backend, blackHole, clock, types, visit } = await withVisitors({ refreshTimeout: 300 })
    await blackHole()
    backend.answer = refusing()
    clock.advance(5000)
    expect((await visit()).outcome).toBe('ended')
    expect(types()).toContain('breaker.closed')
  })

  it('while others were answered is one bad connection: nobody is spared', async () => {
    const { backend, clock, recover, types, visit } = await withVisitors({ refreshTimeout: 300 })
    const stuck = await new Promise<{ outcome: ReturnType<typeof visit> }>((resolve) => {
      backend.answer = (call) => {
        resolve({ outcome })
        return SILENT(call)
      }
      const outcome = visit()
    })
    recover()
    clock.advance(1)
    expect((await visit()).outcome).toBe('renewed')
    expect((await stuck.outcome).outcome).toBe('degraded')
    expect(types()).toEqual(['backend.unavailable'])
    expect((await visit()).outcome).toBe('renewed')
  })
})

describe('a backend that fails at once', () => {
  it('is spared after five renewals in a row', async () => {
    const { backend, types, visit } = await withVisitors()
    backend.answer = UNREACHABLE
    for (const _ of Array(7)) expect((await visit()).outcome).toBe('degraded')
    expect(backend.calls).toHaveLength(5 * 4)
    expect(types().filter((type) => type === 'breaker.opened')).toHaveLength(1)
  })

  it('is not, as long as one in five works', async () => {
    const { backend, recover, types, visit } = await withVisitors()
    for (const _ of Array(5)) {
      backend.answer = UNREACHABLE
      for (const __ of Array(4)) await visit()
      recover()
      expect((await visit()).outcome).toBe('renewed')
    }
    expect(types()).not.toContain('breaker.opened')
  })

  it('a probe is one call, without retries', async () => {
    const { backend, clock, visit } = await withVisitors()
    backend.answer = UNREACHABLE
    for (const _ of Array(5)) await visit()
    const before = backend.calls.length
    clock.advance(1000)
    await visit()
    expect(backend.calls).toHaveLength(before + 1)
  })

  it('one that has too much to do is not down: 429 opens nothing', async () => {
    const { backend, types, visit } = await withVisitors()
    backend.answer = () => new Response('', { status: 429 })
    for (const _ of Array(20)) await visit()
    expect(types()).not.toContain('breaker.opened')
  })

  it('those who may go on with what they have are not held up either', async () => {
    const { backend, expiring, send, types, visit } = await withVisitors()
    backend.answer = UNREACHABLE
    for (const _ of Array(5)) await visit()
    expect(types()).toContain('breaker.opened')
    const cookies = { accessToken: await expiring(), refreshToken: 'r1' }
    expect(await send('/dashboard', { cookies })).toMatchObject({ outcome: 'degraded', refusal: null })
  })
})

describe('the pauses', () => {
  const failure = (startedAt: number, ticket: CallReport['ticket'] = 'call'): CallReport => ({
    ticket,
    startedAt,
    end: 'timed-out',
  })
  const pauseOf = (breaker: Breaker) => (breaker.state === 'open' ? breaker.pause : undefined)

  it('begin with what the failure has cost, and double with each probe that fails, to ten seconds', () => {
    let breaker = settle(NEW_BREAKER, failure(0), 400, 0)
    const pauses = [pauseOf(breaker)]
    let now = 400
    for (const _ of Array(6)) {
      now += 10_000
      breaker = settle(admit(breaker, now)[0], failure(now, 'probe'), now, 0)
      pauses.push(pauseOf(breaker))
    }
    expect(pauses).toEqual([400, 800, 1600, 3200, 6400, 10_000, 10_000])
  })

  it('are spread over half their length, so that processes do not probe in step', () => {
    const until = (random: number) => {
      const breaker = settle(NEW_BREAKER, failure(0), 1000, random)
      return breaker.state === 'open' ? breaker.until : undefined
    }
    expect([until(0), until(0.5), until(0.999)]).toEqual([1500, 1750, 1999.5])
  })

  it('end, whatever happens to the clock', () => {
    const breaker = settle(NEW_BREAKER, failure(1e12), 1e12 + 5000, 0)
    expect(admit(breaker, 0)[1]).toBe('probe')
    expect(admit(breaker, 1e12 + 5001)[1]).toBeNull()
    expect(admit(breaker, 2e12)[1]).toBe('probe')
  })
})

describe('any course of events', () => {
  const step = fc.record({
    elapsed: fc.integer({ min: 0, max: 20_000 }),
    end: fc.constantFrom<CallReport['end'][]>('alive', 'failed', 'timed-out'),
    random: fc.double({ min: 0, max: 0.999, noNaN: true }),
  })

  it('has at most one probe out, lets someone through within ten seconds, and closes with the first sign of life', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let breaker = NEW_BREAKER
        let now = 0
        for (const { elapsed, end, random } of steps) {
          now += elapsed
          const [entered, ticket] = admit(breaker, now)
          expect(elapsed <= 10_000 || ticket !== null).toBe(true)
          if (ticket === 'probe') expect(admit(entered, now)[1]).toBeNull()
          breaker = ticket ? settle(entered, { ticket, startedAt: now, end }, now, random) : entered
          if (ticket && end === 'alive') expect(breaker.state).toBe('closed')
        }
      }),
    )
  })
})
