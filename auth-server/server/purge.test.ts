import { expect, it } from 'vitest'
import { aNewSession, aNewUser, manualClock, temporaryStore } from '../testing/harness.ts'
import { purge } from './purge.ts'

const QUARTER_DAY = 21_600_000
const WEEK = 28 * QUARTER_DAY
const MONTH = 30 * 4 * QUARTER_DAY

it('deletes sessions a week and up to six hours after their end, however many, and no others', async () => {
  const clock = manualClock()
  const { sessions, counters, links, factors, users } = await temporaryStore(clock)
  await users.create(aNewUser())
  const begin = (sid: string, idleTtl: number) =>
    sessions.create(aNewSession({ sid, idleTtl, maxAge: MONTH }))
  for (let i = 0; i < 3; i++) await begin(`dead-${i}`, 1000 + i)
  await begin('later', QUARTER_DAY)
  await begin('alive', MONTH)
  clock.advance(QUARTER_DAY + WEEK)
  expect(await purge({ sessions, counters, links, factors })).toBe(0)
  clock.advance(1)
  expect(await purge({ sessions, counters, links, factors }, 1)).toBe(3)
  expect((await sessions.listAll('user-1')).map(({ sid }) => sid).sort()).toEqual(['alive', 'later'])
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
