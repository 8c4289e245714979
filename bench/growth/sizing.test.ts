import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fromRoot } from '../../scripts/lib/paths.mjs'
import { dayAssumptions } from './day.ts'
import {
  type MeasuredRates,
  measuredRates,
  SIZING_PAGE,
  sizingOf,
  sizingTable,
  withSizing,
} from './sizing.ts'

const measured: MeasuredRates = {
  refreshesPerSecond: { PostgreSQL: 100, Redis: 200 },
  signInsPerSecond: 10,
  pagesPerSecond: 50,
  bytesPerSession: { PostgreSQL: 700, Redis: 1_000 },
}
const given = { ...dayAssumptions, people: 100_000, simulated: 2_000 }
const sizing = sizingOf(measured, given)

test('the table of docs/several-regions.md is what the simulation and the results give: `npm run bench -- report` writes it anew', () => {
  const page = readFileSync(fromRoot(SIZING_PAGE), 'utf8')
  expect(page).toBe(withSizing(page, sizingTable(measuredRates())))
})

test('there are processes for the busiest minute at half of what was measured, and one more', () => {
  const { peaks, stores, gateways } = sizing
  const least = peaks.signIns.perSecond / measured.signInsPerSecond / 0.5
  expect(stores.PostgreSQL.servers).toBeGreaterThan(least + 1)
  expect(gateways).toBe(Math.ceil(peaks.requests.perSecond / measured.pagesPerSecond / 0.5) + 1)
  const twice = sizingOf({ ...measured, signInsPerSecond: 20, pagesPerSecond: 100 }, given)
  expect(twice.stores.PostgreSQL.servers).toBeLessThan(stores.PostgreSQL.servers)
  expect(twice.gateways).toBeLessThan(gateways)
})

test('connections go with processes, and PostgreSQL holds what has ended in a week besides', () => {
  const { stores, sessions } = sizing
  expect(stores.PostgreSQL.connections).toBe(11 * stores.PostgreSQL.servers)
  expect(stores.Redis.connections).toBe(2 * stores.Redis.servers)
  expect(stores.Redis.gigabytes).toBeCloseTo((sessions.live * 1_000) / 1e9)
  expect(stores.PostgreSQL.gigabytes).toBeCloseTo(((sessions.live + 7 * sessions.begunInADay) * 700) / 1e9)
})
