import { describe, expect, it } from 'vitest'
import type { GatewayOptions } from '../options.ts'
import { createHarness, refusing, SILENT, UNREACHABLE } from '../testing/harness.ts'

/** A gateway, and any number of people whose access tokens have run out, each with a session of their own. */
async function withVisitors(options: Partial<GatewayOptions> = {}) {
  const harness = await createHarness(options)
  const { backend, clock } = harness
  let visitors = 0
  /** A person whose session is real. */
  const visit = async () => {
    visitors += 1
    const sid = `session-${visitors}`
    const accessToken = await harness.token({ sid, iat: clock.seconds() - 960, exp: clock.seconds() - 60 })
    return harness.send('/dashboard', { cookies: { accessToken, refreshToken: `r${visitors * 10}` } })
  }
  const up = backend.answer
  return {
    ...harness,
    visit,
    /** Anybody with a refresh token and nothing else. */
    visitWith: (refreshToken: string) => harness.send('/dashboard', { cookies: { refreshToken } }),
    recover: () => (backend.answer = up),
    /** A black hole that the first visitor has met; a call there lasts five seconds. */
    async blackHole(meet: () => Promise<unknown> = visit) {
      backend.answer = (call) => {
        call.signal.addEventListener('abort', () => clock.advance(5000))
        return SILENT(call)
      }
      await meet()
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
    expect(events[0]).toEqual({
      type: 'breaker.opened',
      pause: 5000,
      reason: 'no_answer',
      sessions: 'all',
    })
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

describe('ASVS 15.2.2: one visitor is no word about the backend', () => {
  it.each([404, 405, 410, 413, 415, 419, 422, 431])(
    '%i to any number of people opens nothing',
    async (code) => {
      const { backend, types, visit } = await withVisitors()
      backend.answer = () => new Response('', { status: code })
      for (const _ of Array(20)) await visit()
      expect(types()).not.toContain('breaker.opened')
    },
  )

  it.each<[string, () => Response | Promise<Response>]>([
    ['500', () => new Response('', { status: 500 })],
    ['an answer that cannot be read', () => new Response('<html>')],
    ['a reset', () => Promise.reject(new TypeError('fetch failed'))],
  ])('a session that draws %s, however often, opens nothing', async (_, trouble) => {
    const { backend, expired, recover, send, types, visit } = await withVisitors()
    const cookies = { accessToken: await expired(), refreshToken: 'r1' }
    backend.answer = trouble
    for (const __ of Array(20)) await send('/dashboard', { cookies })
    expect(types()).not.toContain('breaker.opened')
    recover()
    expect((await visit()).outcome).toBe('renewed')
  })

  it('a session that finds no answer spares the others once, and never again by itself', async () => {
    const { backend, clock, expired, recover, send, types, visit } = await withVisitors({
      refreshTimeout: 300,
    })
    const cookies = { accessToken: await expired(), refreshToken: 'r1' }
    for (const round of [1, 2, 3]) {
      backend.answer = (call) => {
        call.signal.addEventListener('abort', () => clock.advance(5000))
        return SILENT(call)
      }
      await send('/dashboard', { cookies })
      recover()
      expect((await visit()).outcome).toBe(round === 1 ? 'degraded' : 'renewed')
      clock.advance(5000)
      expect((await visit()).outcome).toBe('renewed')
    }
    expect(types().filter((type) => type === 'breaker.opened')).toHaveLength(1)
  })
})

describe('ASVS 15.2.2: made-up refresh tokens', () => {
  it.each<[string, () => Response | Promise<Response>]>([
    ['500', () => new Response('', { status: 500 })],
    ['an answer that cannot be read', () => new Response('<html>')],
  ])('that draw %s open nothing, however many they are', async (_, trouble) => {
    const { backend, recover, types, visit, visitWith } = await withVisitors()
    backend.answer = trouble
    for (let made = 0; made < 50; made += 1) await visitWith(`made-up-${made}`)
    expect(types()).not.toContain('breaker.opened')
    recover()
    expect((await visit()).outcome).toBe('renewed')
  })

  it('that draw resets spare those of whom as little is known, and nobody else', async () => {
    const { backend, events, recover, visit, visitWith } = await withVisitors()
    backend.answer = UNREACHABLE
    for (let made = 0; made < 5; made += 1) await visitWith(`made-up-${made}`)
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'breaker.opened', reason: 'no_answer', sessions: 'unknown' }),
    )
    recover()
    expect((await visitWith('r700')).outcome).toBe('degraded')
    const outcomes = await Promise.all([visit(), visit(), visit()])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['renewed', 'renewed', 'renewed'])
    expect((await visitWith('r700')).outcome).toBe('renewed')
  })

  it('that draw silence spare those of whom as little is known, and nobody else', async () => {
    const { blackHole, events, recover, visit, visitWith } = await withVisitors({ refreshTimeout: 400 })
    await blackHole(() => visitWith('made-up'))
    expect(events[0]).toEqual({
      type: 'breaker.opened',
      pause: 5000,
      reason: 'no_answer',
      sessions: 'unknown',
    })
    recover()
    expect((await visitWith('r700')).outcome).toBe('degraded')
    const outcomes = await Promise.all([visit(), visit(), visit()])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['renewed', 'renewed', 'renewed'])
    expect((await visitWith('r700')).outcome).toBe('renewed')
  })

  it('are not taken for a token that this process has issued, whose cookie comes alone', async () => {
    const { blackHole, recover, visitWith } = await withVisitors({ refreshTimeout: 400 })
    expect((await visitWith('r1')).outcome).toBe('renewed')
    await blackHole(() => visitWith('made-up'))
    recover()
    expect((await visitWith('r700')).outcome).toBe('degraded')
    expect((await visitWith('r2')).outcome).toBe('renewed')
  })

  it('a dead backend costs those who have nothing else one budget, too', async () => {
    const { backend, blackHole, visitWith } = await withVisitors({ refreshTimeout: 400 })
    await blackHole(() => visitWith('r1'))
    for (let visitor = 2; visitor < 20; visitor += 1)
      expect((await visitWith(`r${visitor * 10}`)).outcome).toBe('degraded')
    expect(backend.calls).toHaveLength(1)
  })
})
