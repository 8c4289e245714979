import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { aNewSession, aNewUser, type ManualClock, manualClock } from '../testing/harness.ts'
import { eachStoreAndCluster, openTestStore } from '../testing/stores.ts'
import type { EndedReading, Store } from './store.ts'

const MINUTE = 60_000

// Every kind of store must tell this alike of sessions that have ended; two connections to the same, empty store.
describe.each(eachStoreAndCluster)('what has ended, in a store on %s', (_title, kind) => {
  let clock: ManualClock
  let store: Store
  let second: Store
  const opened = (title: string, run: () => Promise<void>) =>
    it.skipIf(kind.missing)(title, async () => {
      const url = await kind.place()
      clock = manualClock()
      store = await openTestStore(url, clock)
      second = await openTestStore(url, clock)
      await store.users.create(aNewUser())
      await run()
    })
  const begin = async (...sids: string[]) => {
    for (const sid of sids) await store.sessions.create(aNewSession({ sid }))
  }
  const nameOf = (entry: EndedReading['entries'][number]) => ('sid' in entry ? entry.sid : entry.userId)
  const sidsOf = ({ entries }: EndedReading) => entries.map(nameOf).toSorted()

  opened('is nothing at first', async () => {
    await begin('a')
    const reading = await store.ended.since(undefined, MINUTE)
    expect(reading).toMatchObject({ entries: [], complete: true })
    expect(await second.ended.since(reading.cursor, MINUTE)).toMatchObject({ entries: [], complete: false })
  })

  opened('is told with its reason and its time, whatever ended it', async () => {
    await begin('a', 'b', 'c', 'd')
    await store.sessions.revoke('a', 'signed-out')
    clock.advance(5)
    await second.sessions.revoke('b', 'reuse')
    await second.users.disable('user-1')
    const { entries } = await store.ended.since(undefined, MINUTE)
    const now = clock()
    expect(entries.toSorted((x, y) => (nameOf(x) < nameOf(y) ? -1 : 1))).toEqual([
      { sid: 'a', endedAt: now - 5, reason: 'signed-out' },
      { sid: 'b', endedAt: now, reason: 'reuse' },
      { sid: 'c', endedAt: now, reason: 'user-disabled' },
      { sid: 'd', endedAt: now, reason: 'user-disabled' },
    ])
  })

  opened(
    'has the access of a user whose roles have changed, each time, and no session of theirs',
    async () => {
      await begin('a', 'b')
      await store.sessions.revoke('a', 'signed-out')
      const before = await store.ended.since(undefined, MINUTE)
      clock.advance(5)
      await second.users.setRoles('user-1', ['admin'])
      const access = { userId: 'user-1', endedAt: clock() }
      const next = await store.ended.since(before.cursor, MINUTE)
      expect(next).toMatchObject({ entries: [access], complete: false })
      expect(await second.ended.since(next.cursor, MINUTE)).toMatchObject({ entries: [] })
      clock.advance(5)
      await store.sessions.endAccess('user-1')
      const again = await second.ended.since(next.cursor, MINUTE)
      expect(again.entries).toEqual([{ userId: 'user-1', endedAt: clock() }])
      await store.sessions.revoke('b', 'signed-out')
      expect(sidsOf(await store.ended.since(again.cursor, MINUTE))).toEqual(['b'])
      expect(sidsOf(await second.ended.since(undefined, MINUTE))).toEqual(
        expect.arrayContaining(['a', 'b', 'user-1']),
      )
      clock.advance(MINUTE)
      expect((await store.ended.since(undefined, MINUTE)).entries).toEqual([])
    },
  )

  opened('goes on from a cursor, also on another server', async () => {
    await begin('a', 'b', 'c')
    await store.sessions.revoke('a', 'signed-out')
    const first = await store.ended.since(undefined, MINUTE)
    await store.sessions.revoke('b', 'signed-out')
    await second.sessions.revoke('c', 'session-limit')
    const next = await second.ended.since(first.cursor, MINUTE)
    expect(next.complete).toBe(false)
    expect(sidsOf(next)).toEqual(['b', 'c'])
    expect(await store.ended.since(next.cursor, MINUTE)).toMatchObject({ entries: [], complete: false })
  })

  opened('is told once of a session that is ended twice', async () => {
    await begin('a')
    await store.sessions.revoke('a', 'signed-out')
    const { cursor } = await store.ended.since(undefined, MINUTE)
    expect(await second.sessions.revoke('a', 'reuse')).toBe(false)
    expect(await store.sessions.revoke('unknown', 'reuse')).toBe(false)
    expect(await store.sessions.revokeAll('user-1', 'signed-out')).toBe(0)
    expect((await store.ended.since(cursor, MINUTE)).entries).toEqual([])
  })

  opened('is forgotten after its time, also by a reader whose cursor is older', async () => {
    await begin('a', 'b')
    const { cursor } = await store.ended.since(undefined, MINUTE)
    await store.sessions.revoke('a', 'signed-out')
    clock.advance(MINUTE)
    await store.sessions.revoke('b', 'signed-out')
    expect(sidsOf(await store.ended.since(undefined, MINUTE))).toEqual(['b'])
    expect(sidsOf(await store.ended.since(cursor, MINUTE))).toEqual(['b'])
  })

  opened('is all told to a reader with a cursor that is not of this store', async () => {
    await begin('a')
    await store.sessions.revoke('a', 'signed-out')
    const { cursor } = await store.ended.since(undefined, MINUTE)
    const others = [
      '',
      'x',
      '0',
      '9999999999999999',
      `${cursor}9`,
      cursor.replace(/^\w+/, 'other'),
      'a'.repeat(9_000),
    ]
    const foreign = ['1.9:1:', '1.5:9:9,5,x', 'x.1-1', '\0', '１２']
    for (const unknown of [...others, ...foreign]) {
      if (unknown === '0' && kind.name === 'SQLite') continue
      const reading = await second.ended.since(unknown, MINUTE)
      expect(sidsOf(reading), unknown).toEqual(['a'])
      expect(reading.complete, unknown).toBe(true)
    }
  })

  opened('leaves nothing out for a reader who reads while many end at once', async () => {
    const sids = Array.from({ length: 60 }, (_, i) => `session-${i}`)
    await begin(...sids)
    const seen = new Set<string>()
    let { cursor } = await store.ended.since(undefined, MINUTE)
    let ending = true
    const all = Promise.all(
      sids.map((sid, i) => (i % 2 ? store : second).sessions.revoke(sid, 'signed-out')),
    ).finally(() => {
      ending = false
    })
    for (let rest = 1; rest >= 0; rest -= ending ? 0 : 1) {
      const reading = await (rest ? store : second).ended.since(cursor, MINUTE)
      expect(reading.complete).toBe(false)
      for (const entry of reading.entries) seen.add(nameOf(entry))
      cursor = reading.cursor
      // A file is read without a turn of the event loop, and written with one.
      await nextTurn()
    }
    await all
    expect([...seen].toSorted()).toEqual(sids.toSorted())
  })

  opened('calls those who watch, on every server, until they have had enough', async () => {
    await begin('a', 'b', 'c')
    const calls = { here: 0, there: 0 }
    const stopHere = store.ended.watch(() => calls.here++)
    const stopThere = second.ended.watch(() => calls.there++)
    // The first call may be that of a connection which has just been made.
    await store.sessions.revoke('a', 'signed-out')
    await expect.poll(() => Math.min(calls.here, calls.there), { timeout: 5_000 }).toBeGreaterThan(0)
    let before = { ...calls }
    await store.sessions.revoke('b', 'signed-out')
    await expect
      .poll(() => calls.here > before.here && calls.there > before.there, { timeout: 5_000 })
      .toBe(true)
    stopThere()
    before = { ...calls }
    await second.sessions.revoke('c', 'signed-out')
    await expect.poll(() => calls.here, { timeout: 5_000 }).toBeGreaterThan(before.here)
    expect(calls.there).toBe(before.there)
    stopHere()
  })
})
