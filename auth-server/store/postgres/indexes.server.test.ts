import pg from 'pg'
import { expect, it } from 'vitest'
import { aNewSession, aNewUser, manualClock } from '../../testing/harness.ts'
import { openTestStore, storeKind } from '../../testing/stores.ts'

const QUARTER_HOUR = 900_000
const DAY = 96 * QUARTER_HOUR
const { missing, place } = storeKind('PostgreSQL')

/** Updates of sessions, and those of them that touched no index ("heap-only"), as PostgreSQL counts them. */
const COUNTS = `select n_tup_upd::int as updates, n_tup_hot_upd::int as "heapOnly" from pg_stat_user_tables
  where relname = 'sessions' and schemaname = current_schema`

it.skipIf(missing)('of a day of renewals four touch the indexes', async () => {
  const url = await place()
  const clock = manualClock()
  const store = await openTestStore(url, clock)
  await store.users.create(aNewUser())
  await store.sessions.create(aNewSession({ idleTtl: DAY, maxAge: 30 * DAY }))
  for (let generation = 0; generation < 96; generation += 1) {
    clock.advance(QUARTER_HOUR)
    const presented = { generation, idleTtl: DAY, address: '192.0.2.1', userAgent: 'test' }
    expect(await store.sessions.renew?.('session-1', presented)).toMatchObject({ moved: true })
  }
  // It counts when its connections end.
  await store.close()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await expect.poll(async () => (await client.query(COUNTS)).rows).toEqual([{ updates: 96, heapOnly: 92 }])
  } finally {
    await client.end()
  }
})
