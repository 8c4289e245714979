import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { aNewSession, aNewUser, manualClock } from '../testing/harness.ts'
import { eachStoreKind, openTestStore, runInPostgres } from '../testing/stores.ts'

const DAY = 86_400_000

const sqlKinds = eachStoreKind.filter(([, { forgets }]) => !forgets)

describe.each(sqlKinds)('%s: expired sessions', (_title, { missing, place, name }) => {
  const opened = it.skipIf(missing)

  /** A store with sessions that last a day without a renewal, and a way to write behind its back. */
  async function withSessions(...sids: string[]) {
    const url = await place()
    const clock = manualClock()
    const store = await openTestStore(url, clock)
    await store.users.create(aNewUser())
    for (const sid of sids) await store.sessions.create(aNewSession({ sid, idleTtl: DAY, maxAge: 30 * DAY }))
    const run = async (statements: string) => {
      if (name === 'PostgreSQL') return await runInPostgres(url, statements)
      const database = new DatabaseSync(url.replace('sqlite:', ''))
      database.exec(statements)
      database.close()
    }
    return { store, clock, url, run }
  }

  opened('a session that an older server renews is purged only when it has expired', async () => {
    const { store, clock, run } = await withSessions('session-1')
    // Such a server knows no other column.
    await run(`update sessions set expires_by = 0, idle_expires_at = idle_expires_at + ${10 * DAY}`)
    clock.advance(10 * DAY)
    expect(await store.sessions.purge(0, 10)).toBe(0)
    clock.advance(DAY + 1)
    expect(await store.sessions.purge(0, 10)).toBe(1)
  })

  opened(
    'sessions that an older server has left are renewed, and purged when they have expired',
    async () => {
      const { store, clock, url, run } = await withSessions('renewed', 'left')
      await store.close()
      await run(`drop index sessions_by_expiry;
      alter table sessions drop column expires_by;
      create index sessions_by_idle_end on sessions (idle_expires_at);
      delete from schema_version where version = 8`)
      const anew = await openTestStore(url, clock)
      clock.advance(DAY / 2)
      const presented = { generation: 0, idleTtl: DAY, address: '192.0.2.1', userAgent: 'test' }
      expect(await anew.sessions.renew?.('renewed', presented)).toMatchObject({ moved: true })
      clock.advance(DAY / 2 + 1)
      expect(await anew.sessions.purge(0, 10)).toBe(1)
      expect((await anew.sessions.listAll('user-1')).map(({ sid }) => sid)).toEqual(['renewed'])
    },
  )
})
