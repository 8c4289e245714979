import { expect, test } from 'vitest'
import { liveThroughADay } from './day.ts'

test('a day of 500 sessions: nobody is signed out by accident, nobody sees another’s page, no old token is taken', {
  timeout: 120_000,
}, async () => {
  const startedAt = performance.now()
  const counts = await liveThroughADay({ sessions: 500 })
  console.table({ ...counts, seconds: Math.round((performance.now() - startedAt) / 100) / 10 })
  expect(counts).toMatchObject({ lost: 0, foreign: 0, acceptedOutsideGrace: 0 })
  // It was a day worth the name.
  expect(counts.renewed).toBeGreaterThan(2500)
  expect(counts.degraded).toBeGreaterThan(0)
  expect(counts.ended).toBeGreaterThan(0)
})

test('the same day tells a backend that forgives nothing: parallel tabs and lost answers sign people out', async () => {
  const { lost, foreign } = await liveThroughADay({ sessions: 100, grace: 0 })
  expect(lost).toBeGreaterThan(0)
  expect(foreign).toBe(0)
})
