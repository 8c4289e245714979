import { expect, it } from 'vitest'
import { purge } from '../../server/purge.ts'
import { openSqlite } from '../../store/sqlite/sqlite.ts'
import { aNewSession, aNewUser, manualClock, temporaryStore } from '../../testing/harness.ts'
import { createMetrics } from './metrics.ts'
import { sampleOf } from './testing/scrape.ts'

const DAY_MS = 86_400_000

it('a watched store does what the store does, and its calls are counted', async () => {
  const { watchStore, text } = createMetrics()
  const store = watchStore(await temporaryStore(manualClock()))
  expect(await store.users.create(aNewUser())).toBe('created')
  expect(await store.users.create(aNewUser({ id: 'user-2' }))).toBe('email_taken')
  const calls = (name: string) => ({ call: name })
  const scrape = await text()
  expect(sampleOf(scrape, 'evergate_store_call_duration_seconds_count', calls('users.create'))).toBe(2)
  // An address that is taken is an answer.
  expect(sampleOf(scrape, 'evergate_store_failures_total', calls('users.create'))).toBe(0)
})

it('what fails is counted, and fails as before', async () => {
  const { watchStore, text } = createMetrics()
  const bare = await openSqlite({ path: ':memory:', clock: manualClock() })
  const store = watchStore(bare)
  await bare.close()
  const error = await bare.sessions.find('sid').catch((reason) => reason)
  expect(error).toBeInstanceOf(Error)
  await expect(store.sessions.find('sid')).rejects.toEqual(error)
  const scrape = await text()
  expect(sampleOf(scrape, 'evergate_store_failures_total', { call: 'sessions.find' })).toBe(1)
  expect(sampleOf(scrape, 'evergate_store_up', {})).toBe(0)
})

it('counts what a purge deletes', async () => {
  const { watchStore, text } = createMetrics()
  const clock = manualClock()
  const store = watchStore(await temporaryStore(clock))
  await store.users.create(aNewUser())
  for (const sid of ['one', 'two']) await store.sessions.create(aNewSession({ sid }))
  await store.counters.add('tries', 1, 1000)
  clock.advance(30 * DAY_MS)
  expect(await purge(store)).toBe(3)
  expect(sampleOf(await text(), 'evergate_purged_total', {})).toBe(3)
})

it('two in one process do not count for each other', async () => {
  const [one, other] = [createMetrics(), createMetrics()]
  one.onEvent({ event: 'registered' })
  const counted = async ({ text }: typeof one) =>
    sampleOf(await text(), 'evergate_events_total', { event: 'registered', detail: '' })
  expect([await counted(one), await counted(other)]).toEqual([1, 0])
})
