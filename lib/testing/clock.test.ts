import { expect, test } from 'vitest'
import { manualClock } from './clock.ts'

test('a manual clock stands still until it is told to move', () => {
  const clock = manualClock(1_000_500)
  expect([clock(), clock(), clock.seconds()]).toEqual([1_000_500, 1_000_500, 1000.5])
  clock.advance(500)
  expect([clock(), clock.seconds()]).toEqual([1_001_000, 1001])
})

test('skewed clocks keep their distance while time moves', () => {
  const clock = manualClock(0)
  const ahead = clock.skewedBy(60_000)
  const behind = clock.skewedBy(-1_000)
  clock.advance(5_000)
  expect([ahead(), ahead.seconds(), behind()]).toEqual([65_000, 65, 4_000])
})
