import { describe, expect, it } from 'vitest'
import { interleave } from './interleave.ts'
import { intervalOfMedian, median, quantile } from './median.ts'
import { ratio, rowsOf } from './result.ts'

describe('rounds', () => {
  it('measure every subject once, and none always after the same other', async () => {
    const order: string[] = []
    const samples = await interleave(['a', 'b', 'c'], 4, (subject, round) => {
      order.push(subject)
      return `${subject}${round}`
    })
    expect(order.join('')).toBe('abcbaccabacb')
    expect(samples).toEqual({
      a: ['a0', 'a1', 'a2', 'a3'],
      b: ['b0', 'b1', 'b2', 'b3'],
      c: ['c0', 'c1', 'c2', 'c3'],
    })
  })
})

describe('medians', () => {
  it.each([
    { samples: [3, 1, 2], middle: 2 },
    { samples: [4, 1, 3, 2], middle: 2.5 },
    { samples: [7], middle: 7 },
  ])('of $samples is $middle', ({ samples, middle }) => expect(median(samples)).toBe(middle))

  it('of nothing is no number', () => expect(median([])).toBeNaN())

  it('are a quantile among others', () => {
    const hundred = Array.from({ length: 101 }, (_, value) => value)
    expect(quantile(hundred, 0.99)).toBe(99)
    expect(quantile([10, 20], 0.75)).toBe(17.5)
  })
})

describe('the interval of a median', () => {
  it('of a hundred samples leaves out forty on each side', () => {
    expect(intervalOfMedian(Array.from({ length: 100 }, (_, value) => 99 - value))).toEqual([40, 59])
  })

  it('of few samples is their range', () => expect(intervalOfMedian([3, 1, 2])).toEqual([1, 3]))
})

describe('ratios', () => {
  it('are those of each round, and not the ratio of the medians', () => {
    // Every round was slow or fast for both: the same ratio each time, whatever the medians say.
    expect(ratio([1, 10, 100], [2, 20, 200])).toEqual({ median: 0.5, min: 0.5, max: 0.5 })
    expect(ratio([1, 6, 4], [2, 2, 8])).toEqual({ median: 0.5, min: 0.5, max: 3 })
  })

  it('stand in each row, that of the subject they are made to too', () => {
    const [empty, ours] = rowsOf({ empty: [100, 200], ours: [80, 180] }, { ratioTo: 'empty' })
    expect(empty?.ratio).toEqual({ to: 'empty', median: 1, min: 1, max: 1 })
    expect(ours).toEqual({
      subject: 'ours',
      samples: [80, 180],
      median: 130,
      min: 80,
      max: 180,
      ratio: { to: 'empty', median: 0.85, min: 0.8, max: 0.9 },
    })
  })
})
