import { expect, it } from 'vitest'
import { manualClock } from '../../testing/clock.ts'
import type { Remembering } from './single-flight.ts'
import { createSingleFlight } from './single-flight.ts'

/** A single flight whose task counts its runs. */
function counting(remembering: Partial<Remembering<number>> = {}) {
  const clock = manualClock()
  const { share, recall } = createSingleFlight<number>(clock, {
    lifeOf: () => 10_000,
    sizeOf: () => 1,
    isGood: () => true,
    ...remembering,
  })
  let runs = 0
  return { clock, share, recall, fly: (key = 'key') => share(key, async () => (runs += 1)) }
}

it('calls for one key share a run, calls for another do not', async () => {
  const { fly } = counting()
  expect(await Promise.all([fly(), fly(), fly('other'), fly()])).toEqual([1, 1, 2, 1])
})

it('a result is remembered for its life after it came, not after it was asked for', async () => {
  const { clock, share, fly } = counting()
  let arrive = (_: number) => {}
  const flight = share('key', () => new Promise((resolve) => (arrive = resolve)))
  clock.advance(60_000)
  expect(fly()).toBe(flight)
  arrive(7)
  await flight
  clock.advance(10_000)
  expect(await fly()).toBe(7)
  clock.advance(1)
  expect(await fly()).toBe(1)
})

it('a result without a life is forgotten at once, and takes the one before it along', async () => {
  const lives = [10_000, 0, 0]
  let isGood = true
  const { fly, recall } = counting({ lifeOf: () => lives.shift() ?? 0, isGood: () => isGood })
  expect([await fly(), await fly()]).toEqual([1, 1])
  isGood = false
  expect(recall('key')).toBe(1)
  expect(await fly()).toBe(2)
  isGood = true
  expect(recall('key')).toBeUndefined()
  expect([await fly(), await fly('other')]).toEqual([3, 4])
})

it('those who wait share a result without a life, too', async () => {
  const { fly } = counting({ lifeOf: () => 0 })
  expect(await Promise.all([fly(), fly()])).toEqual([1, 1])
})

it('a failure is shared by those who wait, and not remembered', async () => {
  const { share, fly } = counting()
  const fail = () => share('key', () => Promise.reject(new Error('lost')))
  expect(await Promise.allSettled([fail(), fail()])).toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ])
  expect(await fly()).toBe(1)
})

it('a clock that is set back does not make memory eternal', async () => {
  const { clock, fly } = counting()
  await fly()
  clock.advance(-3_600_000)
  expect(await fly()).toBe(2)
})

it('a flood of keys forgets the oldest answers, and none under way', async () => {
  const { share, fly } = counting()
  const underWay = share('slow', () => new Promise(() => {}))
  for (let index = 0; index < 10_050; index += 1) await fly(`key-${index}`)
  expect(share('slow', async () => 0)).toBe(underWay)
  expect(await fly('key-10049')).toBe(10_050)
  expect(await fly('key-0')).toBe(10_051)
})

it('so does one of large answers: 16 MB are kept at most', async () => {
  const { fly, recall } = counting({ sizeOf: () => 1_000_000 })
  for (let index = 0; index < 20; index += 1) await fly(`key-${index}`)
  const kept = Array.from({ length: 20 }, (_, index) => recall(`key-${index}`)).filter(Boolean)
  expect(kept).toHaveLength(16)
  expect(recall('key-19')).toBe(20)
})
