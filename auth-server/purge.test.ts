import { expect, it } from 'vitest'
import { purge } from './purge.ts'
import { aSession, manualClock, temporaryStore } from './testing/harness.ts'

it('deletes sessions a week after their end, however many, and no others', async () => {
  const clock = manualClock()
  const { sessions } = await temporaryStore(clock)
  const end = clock() + 1000
  for (let i = 0; i < 3; i++) await sessions.create(aSession({ sid: `s${i}`, idleExpiresAt: end + i }))
  await sessions.create(aSession({ sid: 'alive', idleExpiresAt: end + 86_400_000 }))
  const week = 7 * 86_400_000
  expect(await purge(sessions, end + week)).toBe(0)
  expect(await purge(sessions, end + week + 2, 1)).toBe(2)
  expect(await sessions.find('s2')).toBeDefined()
  expect(await sessions.find('alive')).toBeDefined()
})
