import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Decision, decide, type Grace, type StoredSession } from './rotation.ts'

const NOW = 1_000_000_000
const alive: StoredSession = {
  generation: 5,
  rotatedAt: NOW - 10_000,
  idleExpiresAt: NOW + 1,
  absoluteExpiresAt: NOW + 1,
  revokedAt: null,
}

describe('the table of answers', () => {
  const rotate: Decision = { kind: 'rotate', from: 5, to: 6 }
  const replay: Decision = { kind: 'replay', generation: 5 }
  const reuse: Decision = { kind: 'reuse' }
  const heal = (to: number): Decision => ({ kind: 'heal', from: 5, to })

  const table: [presented: number, elapsedMs: number, grace: Grace, Decision, title: string][] = [
    [5, 0, 30, rotate, 'the newest token, just made, rotates'],
    [5, 10_000_000, 30, rotate, 'the newest token rotates whenever it comes'],
    [5, 10_000, 0, rotate, 'the newest token rotates when strict'],
    [5, 10_000, 'lenient', rotate, 'the newest token rotates when lenient'],
    [4, 0, 30, replay, 'the parent at once gets the same child'],
    [4, 30_000, 30, replay, 'the parent at the last moment of the grace gets the same child'],
    [4, 30_001, 30, reuse, 'the parent a millisecond after the grace is reuse'],
    [4, 0, 0, reuse, 'the parent is reuse at once when strict'],
    [4, 10_000_000, 'lenient', replay, 'the parent gets the same child at any time when lenient'],
    [4, -3_600_000, 30, replay, 'the parent gets the same child when the clock was set back'],
    [4, -3_600_000, 0, reuse, 'the parent is reuse when strict, although the clock was set back'],
    [3, 0, 30, reuse, 'the grandparent is reuse inside the grace'],
    [3, 0, 'lenient', reuse, 'the grandparent is reuse when lenient'],
    [0, 0, 30, reuse, 'the first token is reuse'],
    [6, 0, 30, heal(7), 'a token one ahead of the store heals'],
    [6, 0, 0, heal(7), 'a token ahead of the store heals when strict'],
    [42, 10_000_000, 'lenient', heal(43), 'a token far ahead of the store heals'],
  ]
  it.each(table)('%i after %i ms with grace %s: %o (%s)', (presented, elapsed, grace, expected) => {
    const now = alive.rotatedAt + elapsed
    const stored = { ...alive, idleExpiresAt: now + 1, absoluteExpiresAt: now + 1 }
    expect(decide(presented, stored, now, grace)).toEqual(expected)
  })
})

describe('a dead session', () => {
  const dead: [Partial<StoredSession>, 'revoked' | 'idle-limit' | 'absolute-limit', title: string][] = [
    [{ revokedAt: NOW - 1 }, 'revoked', 'revoked'],
    [{ idleExpiresAt: NOW }, 'idle-limit', 'at its idle limit, to the millisecond'],
    [{ absoluteExpiresAt: NOW }, 'absolute-limit', 'at its absolute limit, to the millisecond'],
    [
      { idleExpiresAt: NOW, absoluteExpiresAt: NOW },
      'absolute-limit',
      'at both: no renewal could have helped',
    ],
    [{ idleExpiresAt: NOW - 2, absoluteExpiresAt: NOW - 1 }, 'idle-limit', 'past both: the first'],
    [{ idleExpiresAt: NOW - 1, absoluteExpiresAt: NOW - 2 }, 'absolute-limit', 'past both: the first'],
    [
      { revokedAt: NOW - 1, idleExpiresAt: NOW - 1 },
      'revoked',
      'revoked and expired: the word of a person comes first',
    ],
  ]
  describe.each(dead)('%o is %s (%s)', (change, because) => {
    it.each([0, 4, 5, 6, 99])('whatever is presented (generation %i)', (presented) => {
      for (const grace of [0, 30, 'lenient'] as const)
        expect(decide(presented, { ...alive, ...change }, NOW, grace)).toEqual({ kind: 'dead', because })
    })
  })
})

describe('for every generation, time and grace', () => {
  const anyGrace = fc.oneof(fc.nat(1000), fc.constant<'lenient'>('lenient'))
  const anyCase = fc.record({
    presented: fc.nat(50),
    generation: fc.nat(50),
    elapsed: fc.integer({ min: -2_000_000, max: 2_000_000 }),
    grace: anyGrace,
  })

  it('hands out no generation but the one after the presented, and never moves backwards', () => {
    fc.assert(
      fc.property(anyCase, ({ presented, generation, elapsed, grace }) => {
        const stored = { ...alive, generation, idleExpiresAt: Infinity, absoluteExpiresAt: Infinity }
        const decision = decide(presented, stored, stored.rotatedAt + elapsed, grace)
        if (decision.kind === 'replay') expect(decision.generation).toBe(presented + 1)
        if (decision.kind === 'rotate' || decision.kind === 'heal') {
          expect(decision.from).toBe(generation)
          expect(decision.to).toBe(presented + 1)
          expect(decision.to).toBeGreaterThan(generation)
        }
      }),
    )
  })

  it('accepts nothing older than the parent', () => {
    fc.assert(
      fc.property(anyCase, ({ presented, generation, elapsed, grace }) => {
        fc.pre(presented < generation - 1)
        const stored = { ...alive, generation, idleExpiresAt: Infinity, absoluteExpiresAt: Infinity }
        expect(decide(presented, stored, stored.rotatedAt + elapsed, grace)).toEqual({ kind: 'reuse' })
      }),
    )
  })
})
