import { expect, test } from 'vitest'
import { dayAssumptions, liveThroughADay } from './day.ts'

const few = { ...dayAssumptions, people: 3_000, simulated: 3_000 }
const day = liveThroughADay(few)
const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0)
const busiest = (counts: readonly number[]) => counts.indexOf(Math.max(...counts)) / 60
const between = (counts: readonly number[], from: number, to: number) => sum(counts.slice(from * 60, to * 60))

test('the same seed gives the same day, another one another', () => {
  expect(liveThroughADay(few)).toEqual(day)
  expect(liveThroughADay({ ...few, seed: 10 })).not.toEqual(day)
})

test('a person who stands for many counts as many', () => {
  const many = liveThroughADay({ ...few, people: 30_000 })
  expect(sum(many.refreshes)).toBeCloseTo(10 * sum(day.refreshes), 5)
})

test('people sign in at nine, are away at noon, and come back in the evening', () => {
  expect(busiest(day.signIns)).toBeGreaterThan(8)
  expect(busiest(day.signIns)).toBeLessThan(10)
  expect(between(day.requests, 10, 11)).toBeGreaterThan(1.25 * between(day.requests, 12.25, 13.25))
  expect(between(day.refreshes, 19, 21)).toBeGreaterThan(2 * between(day.refreshes, 22, 24))
  expect(between(day.requests, 1, 5)).toBeLessThan(0.01 * sum(day.requests))
})

test('a session that was used twelve hours before signs nobody in again', () => {
  const asleep = liveThroughADay({ ...few, idleMinutes: 24 * 60 })
  expect(sum(asleep.signIns)).toBeLessThan(0.2 * sum(day.signIns))
})

test('a longer token life means fewer refreshes', () => {
  const longer = liveThroughADay({ ...few, accessTokenMinutes: 30 })
  expect(sum(longer.refreshes)).toBeLessThan(0.75 * sum(day.refreshes))
})

test('tabs that load together cost a call at each gateway that they meet, and none where there is one', () => {
  const one = liveThroughADay({ ...few, gateways: 1 })
  const many = liveThroughADay({ ...few, gateways: 50 })
  expect(sum(many.refreshes)).toBeGreaterThan(1.1 * sum(one.refreshes))
  const alone = liveThroughADay({ ...few, gateways: 50, tabs: 1 })
  expect(sum(alone.refreshes)).toBeLessThan(1.1 * sum(one.refreshes))
})

test('there are never more live sessions than devices, and at night those of the day before are left', () => {
  expect(Math.max(...day.live)).toBeLessThanOrEqual(1.6 * few.people)
  expect(Math.min(...day.live)).toBeGreaterThan(0)
})
