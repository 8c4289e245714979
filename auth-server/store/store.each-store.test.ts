import { describe, expect, it } from 'vitest'
import { aSession, aUser, manualClock } from '../testing/harness.ts'
import { eachStoreKind, openTestStore } from '../testing/stores.ts'
import { type Advance, type Store, StoreError } from './store.ts'

// What every kind of store must do alike; two connections to the same, empty store.
describe.each(eachStoreKind)('a store on %s', (_title, kind) => {
  const clock = manualClock()
  const now = clock()
  let store: Store
  let second: Store
  // Opened inside the test, so that the store is closed with it.
  const opened = (title: string, run: () => Promise<void>) =>
    it.skipIf(kind.missing)(title, async () => {
      const url = await kind.place()
      store = await openTestStore(url, clock)
      second = await openTestStore(url, clock)
      await run()
    })

  describe('users', () => {
    opened('are found by address and by id', async () => {
      expect(await store.users.create(aUser({ roles: ['user', 'admin'] }))).toBe('created')
      expect(await second.users.findByEmail('ada@example.com')).toEqual(aUser({ roles: ['user', 'admin'] }))
      expect(await second.users.findById('user-1')).toEqual(aUser({ roles: ['user', 'admin'] }))
      expect(await second.users.findById('user-2')).toBeUndefined()
      expect(await second.users.findByEmail('eve@example.com')).toBeUndefined()
    })

    opened('cannot share an address, also when they come at the same time', async () => {
      const ids = Array.from({ length: 10 }, (_, i) => `user-${i}`)
      const results = await Promise.all(
        ids.map((id, i) => (i % 2 ? store : second).users.create(aUser({ id }))),
      )
      expect(results.filter((result) => result === 'created')).toHaveLength(1)
      expect(results.filter((result) => result === 'email_taken')).toHaveLength(9)
    })

    opened('are made once, and stay as they were', async () => {
      expect(await store.users.create(aUser())).toBe('created')
      expect(await second.users.create(aUser({ name: 'Eve' }))).toBe('email_taken')
      expect(await second.users.create(aUser({ id: 'user-2', name: 'Eve' }))).toBe('email_taken')
      expect(await store.users.findByEmail('ada@example.com')).toEqual(aUser())
      expect(await store.users.findById('user-1')).toEqual(aUser())
      expect(await store.users.findById('user-2')).toBeUndefined()
    })

    opened('are disabled or not', async () => {
      await store.users.create(aUser({ disabledAt: now }))
      expect(await second.users.findById('user-1')).toEqual(aUser({ disabledAt: now }))
    })

    opened('change their password only from the hash that was seen', async () => {
      await store.users.create(aUser({ passwordHash: 'a' }))
      expect(await store.users.replacePasswordHash('user-1', 'a', 'b')).toBe(true)
      expect(await second.users.replacePasswordHash('user-1', 'a', 'c')).toBe(false)
      expect(await store.users.findById('user-1')).toMatchObject({ passwordHash: 'b' })
    })

    opened('are none at first', async () => {
      expect(await store.users.isEmpty()).toBe(true)
      await second.users.create(aUser())
      expect(await store.users.isEmpty()).toBe(false)
    })
  })

  describe('a session', () => {
    const step = (change: Partial<Advance> = {}): Advance => ({
      from: 0,
      to: 1,
      now,
      idleExpiresAt: now + 7_200_000,
      address: '198.51.100.7',
      userAgent: 'other',
      ...change,
    })

    opened('is kept as it was given', async () => {
      await store.sessions.create(aSession())
      expect(await second.sessions.find('session-1')).toEqual(aSession())
      expect(await second.sessions.find('session-2')).toBeUndefined()
    })

    opened('is made once', async () => {
      await store.sessions.create(aSession())
      await expect(second.sessions.create(aSession({ userId: 'user-2' }))).rejects.toBeInstanceOf(StoreError)
      expect(await store.sessions.find('session-1')).toEqual(aSession())
    })

    opened('is not found by what cannot be a name', async () => {
      for (const sid of ['', '\0', '\ud800', 'x'.repeat(10_000)])
        expect(await store.sessions.find(sid)).toBeUndefined()
    })

    opened('moves on, and takes with it what the rotation says', async () => {
      await store.sessions.create(aSession())
      expect(await store.sessions.advance('session-1', step({ now: now + 5 }))).toBe(true)
      expect(await second.sessions.find('session-1')).toEqual(
        aSession({
          generation: 1,
          rotatedAt: now + 5,
          lastSeenAt: now + 5,
          idleExpiresAt: now + 7_200_000,
          address: '198.51.100.7',
          userAgent: 'other',
        }),
      )
    })

    opened('moves on once, however many ask at the same time', async () => {
      await store.sessions.create(aSession())
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, i) => (i % 2 ? store : second).sessions.advance('session-1', step())),
      )
      expect(results.filter(Boolean)).toHaveLength(1)
      expect(await store.sessions.find('session-1')).toMatchObject({ generation: 1 })
    })

    opened('does not move on when it is revoked, expired or unknown', async () => {
      await store.sessions.create(aSession({ sid: 'revoked', revokedAt: now, revokedReason: 'reuse' }))
      await store.sessions.create(aSession({ sid: 'idle', idleExpiresAt: now }))
      await store.sessions.create(aSession({ sid: 'absolute', absoluteExpiresAt: now }))
      for (const sid of ['revoked', 'idle', 'absolute', 'unknown'])
        expect(await store.sessions.advance(sid, step()), sid).toBe(false)
    })

    opened('is revoked once, and stays so', async () => {
      await store.sessions.create(aSession())
      expect(await store.sessions.revoke('session-1', 'signed-out', now)).toBe(true)
      expect(await second.sessions.revoke('session-1', 'reuse', now + 1)).toBe(false)
      expect(await store.sessions.advance('session-1', step())).toBe(false)
      expect(await store.sessions.find('session-1')).toEqual(
        aSession({ revokedAt: now, revokedReason: 'signed-out' }),
      )
    })

    opened('is revoked when it has expired too, so that no clock brings it back', async () => {
      await store.sessions.create(aSession({ idleExpiresAt: now }))
      expect(await store.sessions.revoke('session-1', 'signed-out', now + 1)).toBe(true)
      expect(await store.sessions.advance('session-1', step({ now: now - 1 }))).toBe(false)
    })

    opened('is revoked with the others of its user, but for the one that is spared', async () => {
      for (const sid of ['a', 'b', 'c']) await store.sessions.create(aSession({ sid }))
      await store.sessions.create(aSession({ sid: 'foreign', userId: 'user-2' }))
      expect(await store.sessions.revokeAll('user-1', 'password-changed', now, 'b')).toBe(2)
      expect(await store.sessions.listLive('user-1', now)).toMatchObject([{ sid: 'b' }])
      expect(await store.sessions.revokeAll('user-1', 'signed-out', now)).toBe(1)
      expect(await store.sessions.listLive('user-2', now)).toMatchObject([{ sid: 'foreign' }])
    })

    opened('is listed while it lives, the one seen last first', async () => {
      await store.sessions.create(aSession({ sid: 'old', lastSeenAt: now - 5 }))
      await store.sessions.create(aSession({ sid: 'new', lastSeenAt: now }))
      await store.sessions.create(aSession({ sid: 'idle', idleExpiresAt: now }))
      await store.sessions.create(aSession({ sid: 'revoked', revokedAt: now, revokedReason: 'reuse' }))
      expect((await store.sessions.listLive('user-1', now)).map(({ sid }) => sid)).toEqual(['new', 'old'])
    })

    opened('is purged when it has been dead for long, in batches', async () => {
      if (kind.forgets) return expect(await store.sessions.purge(now, 4)).toBe(0)
      for (let i = 0; i < 5; i++)
        await store.sessions.create(aSession({ sid: `idle-${i}`, idleExpiresAt: now - 1 }))
      await store.sessions.create(aSession({ sid: 'revoked', revokedAt: now - 1, revokedReason: 'reuse' }))
      await store.sessions.create(aSession({ sid: 'just-dead', revokedAt: now, revokedReason: 'reuse' }))
      await store.sessions.create(aSession({ sid: 'alive' }))
      expect(await store.sessions.purge(now, 4)).toBe(4)
      expect(await store.sessions.purge(now, 4)).toBe(2)
      expect(await store.sessions.purge(now, 4)).toBe(0)
      expect(await store.sessions.find('just-dead')).toBeDefined()
      expect(await store.sessions.find('alive')).toBeDefined()
    })
  })

  opened('answers a ping', async () => {
    await store.ping()
    await second.ping()
  })
})
