import { expect, it } from 'vitest'
import { aNewSession, aNewUser, manualClock, temporaryStore } from '../testing/harness.ts'
import { purge } from './purge.ts'

it('deletes sessions a week after their end, however many, and no others', async () => {
  const clock = manualClock()
  const { sessions, counters, links, factors, users } = await temporaryStore(clock)
  await users.create(aNewUser())
  for (let i = 0; i < 3; i++) await sessions.create(aNewSession({ sid: `s${i}`, idleTtl: 1000 + i }))
  await sessions.create(aNewSession({ sid: 'alive' }))
  const week = 7 * 86_400_000
  clock.advance(1000 + week)
  expect(await purge({ sessions, counters, links, factors })).toBe(0)
  clock.advance(2)
  expect(await purge({ sessions, counters, links, factors }, 1)).toBe(2)
  expect(await sessions.find('s2')).toBeDefined()
  expect(await sessions.find('alive')).toBeDefined()
})

it('deletes counters that are forgotten, and no others', async () => {
  const clock = manualClock()
  const { sessions, counters, links, factors } = await temporaryStore(clock)
  for (let i = 0; i < 3; i++) await counters.add(`gone-${i}`, 1, 1000)
  await counters.add('kept', 1, 1001)
  clock.advance(1000)
  expect(await purge({ sessions, counters, links, factors }, 2)).toBe(3)
  expect(await counters.find('kept')).toEqual({ points: 1, timeLeft: 1 })
})
