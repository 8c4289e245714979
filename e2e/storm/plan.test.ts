import { describe, expect, test } from 'vitest'
import { LIMITS } from './limits.ts'
import { DEFAULTS, readOptions } from './options.ts'
import { BACK_FAULTS, FRONT_FAULTS, kills, visits } from './plan.ts'

function firstVisits(seed: number, count = 300) {
  const plan = visits({ ...DEFAULTS, seed, sessions: 40, tabs: 8 })
  return Array.from({ length: count }, () => plan.next().value)
}

describe('the limits', () => {
  const { life, renewBefore, grace, budget, patience, outage, memory } = LIMITS

  test('a visitor comes back inside the grace', () => {
    expect(grace).toBeGreaterThan(outage + patience + budget)
  })

  test('no token is rotated twice while one request is on the road', () => {
    expect(life - renewBefore).toBeGreaterThan(outage + patience + patience + budget)
  })

  test('what a gateway remembers is forgotten before the grace is over', () => {
    expect(grace).toBeGreaterThan(memory)
  })
})

describe('the plan', () => {
  test('a seed always makes the same visits and kills, another seed makes others', () => {
    expect(firstVisits(7)).toEqual(firstVisits(7))
    expect(firstVisits(8)).not.toEqual(firstVisits(7))
    expect(kills({ ...DEFAULTS, seed: 7 })).toEqual(kills({ ...DEFAULTS, seed: 7 }))
    expect(kills({ ...DEFAULTS, seed: 8 })).not.toEqual(kills({ ...DEFAULTS, seed: 7 }))
  })

  test('visitors, tabs and gateways stay within what was asked for, and use it', () => {
    const planned = firstVisits(1, 2000)
    expect(new Set(planned.map(({ visitor }) => visitor)).size).toBe(40)
    expect(Math.max(...planned.map(({ asks }) => asks.length))).toBe(8)
    expect(Math.min(...planned.map(({ asks }) => asks.length))).toBe(1)
    expect(new Set(planned.flatMap(({ asks }) => asks.map(({ gateway }) => gateway)))).toEqual(
      new Set([0, 1]),
    )
    expect(new Set(planned.flatMap(({ asks }) => asks.map(({ kind }) => kind))).size).toBe(4)
  })

  test('both kinds of process are killed, also in a short storm, and the last one comes back in time', () => {
    const long = kills({ ...DEFAULTS, seconds: 60, auth: 3, gateways: 2 })
    expect(new Set(long.map(({ part }) => part))).toEqual(new Set(['gateway', 'auth server']))
    expect(long.every(({ at, downFor }) => at + downFor < 60_000)).toBe(true)
    for (let seed = 0; seed < 50; seed += 1) {
      expect(kills({ ...DEFAULTS, seed, seconds: 12 }).length).toBeGreaterThanOrEqual(2)
    }
  })

  test('no fault answers in a gateway’s name with 500, or ends a session in the backend’s', () => {
    const statuses = (chances: typeof FRONT_FAULTS) =>
      chances.flatMap(({ fault }) => (fault.kind === 'status' ? [fault.status] : []))
    expect(statuses(FRONT_FAULTS)).toEqual([502])
    expect(statuses(BACK_FAULTS)).toEqual([503])
  })
})

describe('the command line', () => {
  test('what is not given has a default', () => {
    expect(readOptions([])).toEqual(DEFAULTS)
    expect(readOptions(['--bound'])).toEqual({ ...DEFAULTS, bound: true })
    expect(readOptions(['--store', 'redis', '--seed', '9', '--faults=off'])).toEqual({
      ...DEFAULTS,
      store: 'redis',
      seed: 9,
      faults: 'off',
    })
  })

  test.each([
    [['--store', 'mysql'], '--store must be sqlite or postgres or redis, and is "mysql".'],
    [['--gateways', '0'], '--gateways must be a whole number, 1 or more, and is "0".'],
    [['--seconds', 'ten'], '--seconds must be a whole number, 1 or more, and is "ten".'],
    [['--speed', '9'], "Unknown option '--speed'"],
  ])('%j is told what is wrong', (args, problem) => {
    expect(readOptions(args)).toEqual({ problem: expect.stringContaining(problem) })
  })
})
