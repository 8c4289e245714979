import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { defineTarget } from './define-target.ts'
import examples from './examples.json' with { type: 'json' }
import { targets } from './targets/index.ts'

/** The same inputs each time, so that a change that breaks nothing here breaks nothing tomorrow either. */
const SEED = 20_260_101

describe('whatever comes in: past failures, and a few of the inputs of `npm run fuzz`', () => {
  afterAll(() => Promise.all(targets.map((target) => target.close?.())))

  it.each(targets)('$name', { timeout: 60_000 }, async (target) => {
    const details = await target.check({ seed: SEED, runs: target.few })
    expect(details.failed && fc.defaultReportMessage(details)).toBe(false)
  })
})

it('each past failure belongs to a target', () => {
  expect(targets.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(examples)))
})

it('a target whose oracle throws fails, with the input that made it', async () => {
  const target = defineTarget('never large', fc.nat(), (number) => {
    if (number > 1000) throw new RangeError('large')
  })
  const details = await target.check({ seed: 1, runs: 100 })
  expect(details).toMatchObject({ failed: true, counterexample: [1001] })
})
