import { expect, it } from 'vitest'
import { manualClock } from '../../testing/clock.ts'
import { createSingleFlight } from './single-flight.ts'

/** A single flight whose task counts its runs. */
function counting(isWorthRemembering: (result: number, key: string) => boolean = () => true) {
  const clock = manualClock()
  const { share } = createSingleFlight<number>(clock, isWorthRemembering)
  let runs = 0
  return { clock, share, fly: (key = 'key') => share(key, async () => (runs += 1)) }
}

it('calls for one key share a run, calls for another do not', async () => {
  const { fly } = counting()
  expect(await Promise.all([fly(), fly(), fly('other'), fly()])).toEqual([1, 1, 2, 1])
})

it('a result is remembered for ten seconds after it came, not after it was asked for', async () => {
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

it('a result that is not worth it is forgotten at once, or when it no longer is', async () => {
  const worthy = { yes: false }
  const { fly } = counting((_, key) => worthy.yes && key === 'key')
  expect([await fly(), await fly()]).toEqual([1, 2])
  worthy.yes = true
  expect([await fly(), await fly()]).toEqual([3, 3])
  expect([await fly('other'), await fly('other')]).toEqual([4, 5])
  worthy.yes = false
  expect(await Promise.all([fly(), fly()])).toEqual([6, 6])
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
