import { expect, test } from 'vitest'
import type { Fault } from './faults.ts'
import { seededFaults } from './faults.ts'

const RESET: Fault = { kind: 'reset' }
const CUT: Fault = { kind: 'cut' }

function draw(seed: number, chances: Parameters<typeof seededFaults>[0]['chances'], times = 2000) {
  const next = seededFaults({ seed, chances })
  return Array.from({ length: times }, () => next().kind)
}

test('faults come about as often as their chances say', () => {
  const drawn = draw(1, [
    { chance: 0.1, fault: RESET },
    { chance: 0.3, fault: CUT },
  ])
  const share = (kind: string) => drawn.filter((each) => each === kind).length / drawn.length
  expect(share('reset')).toBeCloseTo(0.1, 1)
  expect(share('cut')).toBeCloseTo(0.3, 1)
  expect(share('pass')).toBeCloseTo(0.6, 1)
})

test('a seed always makes the same faults, another seed makes others', () => {
  const chances = [{ chance: 0.5, fault: RESET }]
  expect(draw(7, chances, 50)).toEqual(draw(7, chances, 50))
  expect(draw(8, chances, 50)).not.toEqual(draw(7, chances, 50))
})

test('certain and impossible faults', () => {
  expect(new Set(draw(1, [{ chance: 1, fault: CUT }], 50))).toEqual(new Set(['cut']))
  expect(new Set(draw(1, [{ chance: 0, fault: CUT }], 50))).toEqual(new Set(['pass']))
})

test.each([[[0.6, 0.5]], [[-0.1]], [[Number.NaN]]])('chances of %j are refused', (chances) => {
  const plan = { seed: 1, chances: chances.map((chance) => ({ chance, fault: RESET })) }
  expect(() => seededFaults(plan)).toThrow(RangeError)
})
