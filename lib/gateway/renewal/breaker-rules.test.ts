import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Breaker, CallReport, Ticket } from './breaker.ts'
import { admit, NEW_BREAKER, openedBy, settle } from './breaker.ts'

type Said = Partial<Omit<CallReport, 'ticket'>>

/** Lets a renewal in and settles it at `now`; null when it is spared. */
function run(breaker: Breaker, now: number, said: Said, random = 0): Breaker | null {
  const isKnown = said.isKnown ?? true
  const [entered, ticket] = admit(breaker, now, isKnown)
  return ticket && settle(entered, reportOf(ticket, now, said), now, random)
}

const reportOf = (ticket: Ticket, now: number, said: Said): CallReport => ({
  ticket,
  startedAt: now,
  session: 's1',
  isKnown: true,
  end: 'silent',
  reason: 'no_answer',
  ...said,
})

const pauseOf = ({ known }: Breaker) => (known.state === 'open' ? known.pause : undefined)
const isSpared = (breaker: Breaker, now: number, isKnown: boolean) => admit(breaker, now, isKnown)[1] === null

describe('which failures spare whom', () => {
  const five = (said: Said, at = (_: number) => 0) =>
    Array.from({ length: 5 }, (_, index): [number, Said] => [at(index), { session: `s${index}`, ...said }])
  const known = { isKnown: true }
  const unknown = { isKnown: false }
  const rotated: [number, Said] = [0, { end: 'rotated', session: 'good' }]
  const alive: [number, Said] = [0, { end: 'alive', session: 'good', ...unknown }]

  it.each<[string, [number, Said][], 'all' | 'unknown' | 'nobody']>([
    ['one silence of a session', [[0, known]], 'all'],
    ['one silence of anybody', [[0, unknown]], 'unknown'],
    ['a silence with something heard since it began', [alive, [1, { startedAt: -5000 }]], 'nobody'],
    ['five sessions that fail', five({ end: 'failed' }), 'all'],
    ['five sessions that are lost', five({ end: 'lost' }), 'all'],
    ['four of them', five({ end: 'lost' }).slice(1), 'nobody'],
    ['five failures of one session', five({ end: 'lost', session: 's' }), 'nobody'],
    ['five within half a minute', five({ end: 'lost' }, (index) => index * 6000), 'nobody'],
    ['four, a sign of life, one', [...five({ end: 'lost' }).slice(1), alive, [0, { end: 'lost' }]], 'nobody'],
    ['five made-up tokens that fail', five({ end: 'failed', ...unknown }), 'nobody'],
    ['five made-up tokens that are lost', five({ end: 'lost', ...unknown }), 'unknown'],
    [
      'these, with something heard in the last ten seconds',
      [alive, ...five({ end: 'lost', ...unknown }, () => 9999)],
      'nobody',
    ],
    ['these, later', [alive, ...five({ end: 'lost', ...unknown }, () => 10_000)], 'unknown'],
    ['tokens that do not fit the settings', [[0, { end: 'misfit' }]], 'all'],
    ['these after a refusal', [alive, [1, { end: 'misfit' }]], 'all'],
    ['these while others fit', [rotated, [1, { end: 'misfit' }]], 'nobody'],
    ['these of five sessions while none fits', [rotated, ...five({ end: 'misfit' }, () => 1)], 'all'],
  ])('%s: %s', (_, course, spared) => {
    let breaker = NEW_BREAKER
    let now = 0
    for (const [at, said] of course) {
      now = at
      breaker = run(breaker, now, said) ?? breaker
    }
    const isAll = isSpared(breaker, now + 1, true)
    const isUnknown = isSpared(breaker, now + 1, false)
    expect([isAll, isUnknown]).toEqual([spared === 'all', spared !== 'nobody'])
    expect(openedBy(breaker) !== undefined).toBe(spared !== 'nobody')
  })
})

describe('half-open', () => {
  const opened = run(NEW_BREAKER, 0, {}) ?? NEW_BREAKER
  /** After a probe of a made-up token has gone out. */
  const [probed, probe] = admit(opened, 1000, false)

  it('a known session is a probe beside one that may be made up; a second one waits', () => {
    const [both, ticket] = admit(probed, 1000, true)
    expect(ticket).toEqual({ circuit: 'known', isProbe: true })
    expect(isSpared(both, 1000, true)).toBe(true)
    expect(isSpared(both, 1000, false)).toBe(true)
  })

  it('the known session decides: what the other one finds does not count then', () => {
    const [both, ticket] = admit(probed, 1000, true)
    if (!probe || !ticket) throw new Error('not let in')
    const after = settle(both, reportOf(probe, 1000, { isKnown: false }), 6000, 0)
    expect(after).toEqual(both)
    expect(settle(after, reportOf(ticket, 1000, { end: 'rotated' }), 6000, 0).known.state).toBe('closed')
    expect(settle(after, reportOf(ticket, 1000, {}), 6000, 0).known.state).toBe('open')
  })

  it('a made-up token that fails makes room for the next probe at once, and costs no longer pause', () => {
    if (!probe) throw new Error('not let in')
    const after = settle(probed, reportOf(probe, 1000, { isKnown: false, end: 'failed' }), 1010, 0)
    expect(isSpared(after, 1010, false)).toBe(false)
    expect(pauseOf(after)).toBe(250)
  })

  it('a misfit ends with tokens that fit, and with no refusal', () => {
    const misfit = run(NEW_BREAKER, 0, { end: 'misfit' }) ?? NEW_BREAKER
    const refused = run(misfit, 1000, { end: 'alive', isKnown: false }) ?? NEW_BREAKER
    expect(openedBy(refused)?.end).toBe('misfit')
    expect(isSpared(refused, 1000, true)).toBe(false)
    expect(openedBy(run(refused, 1000, { end: 'rotated' }) ?? refused)).toBeUndefined()
  })

  it('a probe of anybody that turns out to be a session leaves its own circuit usable', () => {
    const unknown = run(NEW_BREAKER, 0, { isKnown: false }) ?? NEW_BREAKER
    const [entered, ticket] = admit(unknown, 1000, false)
    if (!ticket) throw new Error('not let in')
    const after = settle(entered, reportOf(ticket, 1000, { end: 'failed', isKnown: true }), 1000, 0)
    expect(isSpared(after, 20_000, false)).toBe(false)
  })
})

describe('the pauses', () => {
  it('begin with what the failure has cost, and double with each probe that fails, to ten seconds', () => {
    let breaker = run(NEW_BREAKER, 400, { startedAt: 0 }) ?? NEW_BREAKER
    const pauses = [pauseOf(breaker)]
    let now = 400
    for (const _ of Array(6)) {
      now += 10_000
      breaker = run(breaker, now, {}) ?? breaker
      pauses.push(pauseOf(breaker))
    }
    expect(pauses).toEqual([400, 800, 1600, 3200, 6400, 10_000, 10_000])
  })

  it('are spread over half their length, so that processes do not probe in step', () => {
    const until = (random: number) => {
      const { known } = run(NEW_BREAKER, 1000, { startedAt: 0 }, random) ?? NEW_BREAKER
      return known.state === 'open' ? known.until : undefined
    }
    expect([until(0), until(0.5), until(0.999)]).toEqual([1500, 1750, 1999.5])
  })

  it('end, whatever happens to the clock', () => {
    const breaker = run(NEW_BREAKER, 1e12 + 5000, { startedAt: 1e12 }) ?? NEW_BREAKER
    expect(isSpared(breaker, 0, true)).toBe(false)
    expect(isSpared(breaker, 1e12 + 5001, true)).toBe(true)
    expect(isSpared(breaker, 2e12, true)).toBe(false)
  })

  it('what was heard before the clock was set back does not keep a circuit closed', () => {
    const heard = run(NEW_BREAKER, 1e12, { end: 'rotated' }) ?? NEW_BREAKER
    expect(isSpared(run(heard, 5000, { startedAt: 0 }) ?? heard, 5001, true)).toBe(true)
  })
})

describe('any course of events', () => {
  const ends = fc.constantFrom<CallReport['end']>('rotated', 'alive', 'failed', 'lost', 'silent', 'misfit')
  const random = fc.double({ min: 0, max: 0.999, noNaN: true })
  const elapsed = fc.integer({ min: 0, max: 20_000 })
  const session = fc.integer({ min: 0, max: 7 }).map(String)
  const step = fc.record({ elapsed, end: ends, random, session, isKnown: fc.boolean() })

  it('lets someone through within ten seconds, at most one of a kind as a probe, and closes with tokens that are good', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let breaker = NEW_BREAKER
        let now = 0
        for (const { elapsed, random, ...said } of steps) {
          now += elapsed
          const [entered, ticket] = admit(breaker, now, said.isKnown)
          expect(elapsed <= 10_000 || ticket !== null).toBe(true)
          if (ticket?.isProbe) expect(isSpared(entered, now, said.isKnown)).toBe(true)
          breaker = ticket ? settle(entered, reportOf(ticket, now, said), now, random) : entered
          if (ticket && said.end === 'rotated') expect(openedBy(breaker)).toBeUndefined()
        }
      }),
    )
  })

  it('no number of made-up tokens, whatever they draw and whenever, has a known session spared', () => {
    const attack = fc.record({
      elapsed,
      random,
      end: fc.constantFrom<CallReport['end']>('alive', 'failed', 'lost', 'silent'),
      session: fc.uuid(),
      took: fc.integer({ min: 0, max: 6000 }),
      visit: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(attack, { maxLength: 60 }), (steps) => {
        let breaker = NEW_BREAKER
        let now = 10_000
        const inFlight: Ticket[] = []
        for (const { elapsed, random, end, session, took, visit } of steps) {
          now += elapsed
          const [entered, ticket] = admit(breaker, now, false)
          breaker = entered
          if (ticket) inFlight.push(ticket)
          const back = inFlight.length > 3 || elapsed > 5000 ? inFlight.shift() : undefined
          const said = { end, session, isKnown: false, startedAt: now - took }
          if (back) breaker = settle(breaker, reportOf(back, now, said), now, random)
          expect(isSpared(breaker, now, true)).toBe(false)
          if (visit) breaker = run(breaker, now, { end: 'rotated', session: 'honest' }) ?? NEW_BREAKER
        }
      }),
    )
  })

  it('nobody is spared while something is heard every three seconds and a silence lasts longer, whatever is made up', () => {
    const flood = fc.array(
      fc.record({
        gap: fc.integer({ min: 0, max: 3000 }),
        ends: fc.array(fc.constantFrom<CallReport['end']>('alive', 'failed', 'lost', 'silent'), {
          maxLength: 30,
        }),
      }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(flood, (rounds) => {
        let breaker = run(NEW_BREAKER, 0, { end: 'rotated' }) ?? NEW_BREAKER
        let now = 0
        for (const [round, { gap, ends }] of rounds.entries()) {
          now += gap
          for (const [index, end] of ends.entries())
            breaker =
              run(breaker, now, {
                end,
                session: `${round}.${index}`,
                isKnown: false,
                startedAt: end === 'silent' ? now - 3001 : now,
              }) ?? breaker
          expect([isSpared(breaker, now, true), isSpared(breaker, now, false)]).toEqual([false, false])
          breaker = run(breaker, now, { end: 'rotated' }) ?? breaker
        }
      }),
    )
  })
})
