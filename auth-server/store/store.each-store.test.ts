import { describe, expect, it } from 'vitest'
import { aNewSession, aNewUser, aSession, aUser, type ManualClock, manualClock } from '../testing/harness.ts'
import { eachStoreAndCluster, openTestStore } from '../testing/stores.ts'
import { type Advance, type NewSession, type Session, type Store, StoreError } from './store.ts'

// Every kind of store must do this alike; two connections to the same, empty store.
describe.each(eachStoreAndCluster)('a store on %s', (_title, kind) => {
  let clock: ManualClock
  let now: number
  let store: Store
  let second: Store
  // Opened inside the test, so that the store is closed with it.
  const opened = (title: string, run: () => Promise<void>) =>
    it.skipIf(kind.missing)(title, async () => {
      const url = await kind.place()
      clock = manualClock()
      now = clock()
      store = await openTestStore(url, clock)
      second = await openTestStore(url, clock)
      await run()
    })

  describe('users', () => {
    opened('are found by address and by id', async () => {
      expect(await store.users.create(aNewUser({ roles: ['user', 'admin'] }))).toBe('created')
      expect(await second.users.findByEmail('ada@example.com')).toEqual(aUser({ roles: ['user', 'admin'] }))
      expect(await second.users.findById('user-1')).toEqual(aUser({ roles: ['user', 'admin'] }))
      expect(await second.users.findById('user-2')).toBeUndefined()
      expect(await second.users.findByEmail('eve@example.com')).toBeUndefined()
    })

    opened('cannot share an address, also when they come at the same time', async () => {
      const ids = Array.from({ length: 10 }, (_, i) => `user-${i}`)
      const results = await Promise.all(
        ids.map((id, i) => (i % 2 ? store : second).users.create(aNewUser({ id }))),
      )
      expect(results.filter((result) => result === 'created')).toHaveLength(1)
      expect(results.filter((result) => result === 'email_taken')).toHaveLength(9)
    })

    opened('come in great numbers, and it is said of each what became of it', async () => {
      await store.users.create(aNewUser())
      const others = Array.from({ length: 1_000 }, (_, i) =>
        aNewUser({ id: `id-${i}`, email: `${i}@example.com`, passwordHash: `hash ${i}` }),
      )
      const many = [
        aNewUser({ id: 'another', passwordHash: 'another' }),
        aNewUser({ id: 'yet another' }),
        aNewUser({ email: 'eve@example.com' }),
        aNewUser({ id: 'id-7', email: 'twice@example.com', passwordHash: 'x' }),
      ]
      const arrivals = await second.users.createMany([...others, ...many, ...others.slice(0, 1)])
      expect(arrivals.slice(0, 1_000).every((arrival) => arrival === 'created')).toBe(true)
      expect(arrivals.slice(1_000)).toEqual([
        'email_taken',
        'there_already',
        'id_taken',
        'id_taken',
        'there_already',
      ])
      expect(await store.users.findById('id-999')).toEqual(
        aUser({ id: 'id-999', email: '999@example.com', passwordHash: 'hash 999' }),
      )
      expect(await store.users.findById('user-1')).toEqual(aUser())
      expect(await store.users.findByEmail('eve@example.com')).toBeUndefined()
      expect(await store.users.createMany([])).toEqual([])
    })

    opened('are made once, and stay as they were', async () => {
      expect(await store.users.create(aNewUser())).toBe('created')
      expect(await second.users.create(aNewUser({ name: 'Eve' }))).toBe('email_taken')
      expect(await second.users.create(aNewUser({ id: 'user-2', name: 'Eve' }))).toBe('email_taken')
      expect(await store.users.findByEmail('ada@example.com')).toEqual(aUser())
      expect(await store.users.findById('user-1')).toEqual(aUser())
      expect(await store.users.findById('user-2')).toBeUndefined()
    })

    opened('change their password only from the hash that was seen', async () => {
      await store.users.create(aNewUser({ passwordHash: 'a' }))
      expect(await store.users.replacePasswordHash('user-1', 'a', 'b')).toBe(true)
      expect(await second.users.replacePasswordHash('user-1', 'a', 'c')).toBe(false)
      expect(await store.users.findById('user-1')).toMatchObject({ passwordHash: 'b' })
    })

    opened('have a verified address once they have shown that it is theirs', async () => {
      await store.users.create(aNewUser())
      expect(await store.users.markVerified('user-1', 'other@example.com')).toBe(false)
      expect(await store.users.markVerified('user-2', 'ada@example.com')).toBe(false)
      clock.advance(5)
      expect(await store.users.markVerified('user-1', 'ada@example.com')).toBe(true)
      clock.advance(5)
      expect(await second.users.markVerified('user-1', 'ada@example.com')).toBe(true)
      expect(await second.users.findById('user-1')).toEqual(aUser({ verifiedAt: now + 5 }))
    })

    opened('change their address only from the one that was seen, and to one that is free', async () => {
      await store.users.create(aNewUser())
      await store.users.create(aNewUser({ id: 'user-2', email: 'eve@example.com' }))
      await store.sessions.create(aNewSession())
      const change = (from: string, to: string, id = 'user-1') => second.users.changeEmail(id, from, to)
      expect(await change('ada@example.com', 'eve@example.com')).toBe('email_taken')
      expect(await change('old@example.com', 'new@example.com')).toBe('gone')
      expect(await change('ada@example.com', 'new@example.com', 'user-3')).toBe('gone')
      expect(await store.users.findById('user-1')).toEqual(aUser())
      clock.advance(5)
      expect(await change('ada@example.com', 'new@example.com')).toBe('changed')
      const moved = aUser({ email: 'new@example.com', verifiedAt: now + 5 })
      expect(await store.users.findById('user-1')).toEqual(moved)
      expect(await store.users.findByEmail('new@example.com')).toEqual(moved)
      expect(await store.users.findByEmail('ada@example.com')).toBeUndefined()
      expect((await store.users.list('', 9)).map(({ email }) => email)).toEqual([
        'eve@example.com',
        'new@example.com',
      ])
      expect(await store.sessions.listLive('user-1')).toHaveLength(1)
      expect(await store.users.replacePasswordHash('user-1', 'none', 'x')).toBe(true)
      expect(await store.users.create(aNewUser({ id: 'user-3' }))).toBe('created')
    })

    opened('of two who take one address at the same time, one gets it', async () => {
      const ids = Array.from({ length: 8 }, (_, i) => `user-${i}`)
      for (const id of ids) await store.users.create(aNewUser({ id, email: `${id}@example.com` }))
      const results = await Promise.all(
        ids.map((id, i) =>
          (i % 2 ? store : second).users.changeEmail(id, `${id}@example.com`, 'new@example.com'),
        ),
      )
      expect(results.filter((result) => result === 'changed')).toHaveLength(1)
      expect(results.filter((result) => result === 'email_taken')).toHaveLength(7)
      const winner = await store.users.findByEmail('new@example.com')
      expect(results[ids.indexOf(winner?.id ?? '')]).toBe('changed')
      const emails = (await store.users.list('', 20)).map(({ email }) => email)
      expect(emails).toHaveLength(8)
    })

    opened('are disabled with every session of theirs, and only once', async () => {
      await store.users.create(aNewUser())
      await store.users.create(aNewUser({ id: 'user-2', email: 'eve@example.com' }))
      for (const sid of ['a', 'b']) await store.sessions.create(aNewSession({ sid }))
      await store.sessions.create(aNewSession({ sid: 'foreign', userId: 'user-2' }))
      clock.advance(5)
      expect(await store.users.disable('user-1')).toBe(2)
      for (const sid of ['a', 'b'])
        expect(await second.sessions.find(sid)).toMatchObject({
          session: { revokedAt: now + 5, revokedReason: 'user-disabled' },
        })
      clock.advance(5)
      expect(await second.users.disable('user-1')).toBe(0)
      expect(await second.users.findById('user-1')).toEqual(aUser({ disabledAt: now + 5 }))
      expect(await store.sessions.listLive('user-2')).toHaveLength(1)
      expect(await store.users.disable('user-3')).toBeUndefined()
    })

    opened('are enabled again, and what was ended stays so', async () => {
      await store.users.create(aNewUser())
      await store.sessions.create(aNewSession())
      await store.users.disable('user-1')
      expect(await second.users.enable('user-1')).toBe(true)
      expect(await store.users.findById('user-1')).toEqual(aUser())
      expect(await store.sessions.listLive('user-1')).toEqual([])
      expect(await store.sessions.create(aNewSession({ sid: 'new' }))).toBeDefined()
      expect(await store.users.enable('user-3')).toBe(false)
    })

    opened('are listed by their addresses, page by page', async () => {
      expect(await store.users.list('', 10)).toEqual([])
      const emails = ['a@example.com', 'b@example.com', 'c@example.com', 'd@example.com', 'e@example.com']
      for (const email of emails.toReversed())
        await store.users.create(aNewUser({ id: `id of ${email}`, email }))
      const seen: string[] = []
      for (;;) {
        const page = await second.users.list(seen.at(-1) ?? '', 2)
        expect(page.length).toBeLessThanOrEqual(2)
        if (page.length === 0) break
        seen.push(...page.map(({ email }) => email))
      }
      expect(seen).toEqual(emails)
    })

    opened('are found by the beginning of an address, page by page', async () => {
      const emails = ['a%b@x.example', 'a_b@x.example', 'ab@x.example', 'abc@x.example', 'b@x.example']
      for (const email of emails) await store.users.create(aNewUser({ id: `id of ${email}`, email }))
      const found = async (prefix: string, after = '', limit = 10) =>
        (await second.users.list(after, limit, prefix)).map(({ email }) => email).toSorted()
      expect(await found('ab')).toEqual(['ab@x.example', 'abc@x.example'])
      expect(await found('a%')).toEqual(['a%b@x.example'])
      expect(await found('a_')).toEqual(['a_b@x.example'])
      expect(await found('a\\')).toEqual([])
      expect(await found('zz')).toEqual([])
      expect(await found('b@x.example')).toEqual(['b@x.example'])
      const [first] = await second.users.list('', 1, 'ab')
      const rest = await second.users.list(first?.email ?? '', 10, 'ab')
      expect([first, ...rest].map((user) => user?.email).toSorted()).toEqual([
        'ab@x.example',
        'abc@x.example',
      ])
    })

    opened('get other roles', async () => {
      await store.users.create(aNewUser())
      await store.sessions.create(aNewSession())
      expect(await store.users.setRoles('user-1', ['user', 'admin'])).toBe(true)
      expect(await second.users.findById('user-1')).toEqual(aUser({ roles: ['user', 'admin'] }))
      expect(await second.users.setRoles('user-1', [])).toBe(true)
      expect(await store.users.findByEmail('ada@example.com')).toEqual(aUser({ roles: [] }))
      expect(await store.sessions.listLive('user-1')).toHaveLength(1)
      expect(await store.users.setRoles('user-2', ['admin'])).toBe(false)
    })

    opened('are deleted with every session of theirs, and leave their address free', async () => {
      await store.users.create(aNewUser())
      await store.users.create(aNewUser({ id: 'user-2', email: 'eve@example.com' }))
      for (const sid of ['a', 'b']) await store.sessions.create(aNewSession({ sid }))
      await store.sessions.create(aNewSession({ sid: 'foreign', userId: 'user-2' }))
      clock.advance(5)
      expect(await second.users.delete('user-1')).toBe(2)
      expect(await store.users.findById('user-1')).toBeUndefined()
      expect(await store.users.findByEmail('ada@example.com')).toBeUndefined()
      expect((await store.users.list('', 10)).map(({ id }) => id)).toEqual(['user-2'])
      for (const sid of ['a', 'b'])
        expect(await store.sessions.find(sid)).toMatchObject({
          session: { revokedAt: now + 5, revokedReason: 'user-gone', address: '', userAgent: '' },
        })
      expect(await store.sessions.find('foreign')).toMatchObject({ session: { userAgent: 'test' } })
      expect(await store.sessions.listLive('user-2')).toHaveLength(1)
      expect(await store.sessions.create(aNewSession({ sid: 'late' }))).toBeUndefined()
      expect(await store.users.delete('user-1')).toBeUndefined()
      expect(await store.users.create(aNewUser({ id: 'user-3', name: 'Another Ada' }))).toBe('created')
      expect(await second.users.findByEmail('ada@example.com')).toMatchObject({ id: 'user-3' })
      expect((await second.users.list('', 10)).map(({ id }) => id)).toEqual(['user-3', 'user-2'])
    })

    opened('leave no session behind when they are deleted while they sign in', async () => {
      for (let round = 0; round < 5; round++) {
        const id = `user-${round}`
        await store.users.create(aNewUser({ id, email: `${id}@example.com` }))
        const signIns = ['a', 'b', 'c'].map((name, i) =>
          (i % 2 ? store : second).sessions.create(aNewSession({ sid: `${id}${name}`, userId: id })),
        )
        await Promise.all([...signIns, second.users.delete(id)])
        expect(await store.sessions.listLive(id)).toEqual([])
      }
    })

    opened('are none at first', async () => {
      expect(await store.users.isEmpty()).toBe(true)
      await second.users.create(aNewUser())
      expect(await store.users.isEmpty()).toBe(false)
    })
  })

  describe('a session', () => {
    const begin = async (change: Partial<NewSession> = {}) => {
      await store.users.create(aNewUser())
      await store.users.create(aNewUser({ id: 'user-2', email: 'eve@example.com' }))
      return (await store.sessions.create(aNewSession(change))) as Session
    }
    const step = (change: Partial<Advance> = {}): Advance => ({
      from: 0,
      to: 1,
      idleTtl: 7_200_000,
      address: '198.51.100.7',
      userAgent: 'other',
      ...change,
    })

    opened('begins now, and is found with the time at which it is', async () => {
      expect(await begin()).toEqual(aSession())
      clock.advance(5)
      expect(await second.sessions.find('session-1')).toEqual({ session: aSession(), now: now + 5 })
      expect(await second.sessions.find('session-2')).toBeUndefined()
    })

    opened('has an absolute limit on a whole second, and no idle limit after it', async () => {
      clock.advance(1_999)
      expect(await begin({ idleTtl: 90_000_000 })).toMatchObject({
        createdAt: now + 1_999,
        idleExpiresAt: now + 86_401_000,
        absoluteExpiresAt: now + 86_401_000,
      })
    })

    opened('does not begin when the user is gone, disabled, or has another password by now', async () => {
      await store.users.create(aNewUser())
      expect(await store.sessions.create(aNewSession({ userId: 'user-3' }))).toBeUndefined()
      expect(await store.sessions.create(aNewSession({ passwordHash: 'older' }))).toBeUndefined()
      await second.users.disable('user-1')
      expect(await store.sessions.create(aNewSession())).toBeUndefined()
      expect(await store.sessions.find('session-1')).toBeUndefined()
      expect(await store.sessions.listLive('user-1')).toEqual([])
    })

    opened('begins for a user who is not here, when it is said that others look after them', async () => {
      const session = aNewSession({ userId: 'user-3', passwordHash: null })
      expect(await store.sessions.create(session)).toEqual(aSession({ userId: 'user-3' }))
      expect(await second.sessions.listLive('user-3')).toEqual([aSession({ userId: 'user-3' })])
      expect(await second.sessions.revokeAll('user-3', 'user-gone')).toBe(1)
      expect(await store.sessions.listLive('user-3')).toEqual([])
    })

    opened('is made once', async () => {
      await begin()
      await expect(second.sessions.create(aNewSession({ userId: 'user-2' }))).rejects.toBeInstanceOf(
        StoreError,
      )
      expect(await store.sessions.find('session-1')).toMatchObject({ session: aSession() })
    })

    opened('is not found by what cannot be a name', async () => {
      for (const sid of ['', '\0', '\ud800', 'x'.repeat(10_000)])
        expect(await store.sessions.find(sid)).toBeUndefined()
    })

    opened('moves on, and takes with it what the rotation says', async () => {
      await begin()
      clock.advance(5)
      const moved = aSession({
        generation: 1,
        rotatedAt: now + 5,
        lastSeenAt: now + 5,
        idleExpiresAt: now + 7_200_005,
        address: '198.51.100.7',
        userAgent: 'other',
      })
      expect(await store.sessions.advance('session-1', step())).toEqual(moved)
      expect(await second.sessions.find('session-1')).toMatchObject({ session: moved })
    })

    opened('moves on up to its absolute limit, which stays where it is', async () => {
      const { absoluteExpiresAt } = await begin()
      clock.advance(5)
      const moved = await store.sessions.advance('session-1', step({ idleTtl: 90_000_000 }))
      expect(moved).toMatchObject({ idleExpiresAt: absoluteExpiresAt, absoluteExpiresAt })
    })

    opened('moves on once, however many ask at the same time', async () => {
      await begin()
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, i) => (i % 2 ? store : second).sessions.advance('session-1', step())),
      )
      expect(results.filter(Boolean)).toHaveLength(1)
      expect(await store.sessions.find('session-1')).toMatchObject({ session: { generation: 1 } })
    })

    opened('does not move on when it is revoked, expired or unknown', async () => {
      await begin({ sid: 'revoked' })
      await store.sessions.revoke('revoked', 'reuse')
      await begin({ sid: 'idle', idleTtl: 1000 })
      await begin({ sid: 'absolute', maxAge: 1000 })
      clock.advance(999)
      expect(await store.sessions.advance('idle', step({ idleTtl: 1 }))).toBeDefined()
      clock.advance(1)
      for (const sid of ['revoked', 'idle', 'absolute', 'unknown'])
        expect(await store.sessions.advance(sid, step({ from: sid === 'idle' ? 1 : 0 })), sid).toBeUndefined()
    })

    opened(
      'is bound to one key, by the generation and the key that were seen, however many ask',
      async () => {
        await begin()
        const binding = (to: string, from: string | null = null, generation = 0) => ({ generation, from, to })
        clock.advance(5)
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            (i % 2 ? store : second).sessions.bind('session-1', binding(`k${i}`)),
          ),
        )
        const [won, ...others] = results.filter((session) => session !== undefined)
        expect(others).toEqual([])
        expect(won).toEqual(aSession({ deviceKey: won?.deviceKey ?? 'none', deviceBoundAt: now + 5 }))
        expect(await second.sessions.find('session-1')).toMatchObject({ session: won })
        expect(await store.sessions.bind('session-1', binding('k', won?.deviceKey, 1))).toBeUndefined()
        expect(await store.sessions.bind('session-1', binding('k', 'another'))).toBeUndefined()
        const moved = await store.sessions.advance('session-1', step())
        expect(moved).toMatchObject({ generation: 1, deviceKey: won?.deviceKey, deviceBoundAt: now + 5 })
        const presented = { generation: 1, idleTtl: 7_200_000, address: '192.0.2.1', userAgent: 'test' }
        // Its device has to prove that it is there, first.
        expect(await store.sessions.renew('session-1', presented)).toMatchObject({
          moved: false,
          session: moved,
        })
        const key = won?.deviceKey ?? null
        expect(await second.sessions.bind('session-1', binding('k', key, 1))).toMatchObject({
          deviceKey: 'k',
        })
      },
    )

    opened('is bound to nothing when it is revoked, expired or unknown', async () => {
      await begin({ sid: 'revoked' })
      await store.sessions.revoke('revoked', 'reuse')
      await begin({ sid: 'idle', idleTtl: 1000 })
      await begin({ sid: 'absolute', maxAge: 1000 })
      clock.advance(1000)
      for (const sid of ['revoked', 'idle', 'absolute', 'unknown'])
        expect(await store.sessions.bind(sid, { generation: 0, from: null, to: 'k' }), sid).toBeUndefined()
    })

    opened('is revoked once, and stays so', async () => {
      await begin()
      expect(await store.sessions.revoke('session-1', 'signed-out')).toBe(true)
      clock.advance(1)
      expect(await second.sessions.revoke('session-1', 'reuse')).toBe(false)
      expect(await store.sessions.advance('session-1', step())).toBeUndefined()
      expect(await store.sessions.find('session-1')).toMatchObject({
        session: aSession({ revokedAt: now, revokedReason: 'signed-out' }),
      })
    })

    opened('is revoked when it has expired too, so that no clock brings it back', async () => {
      await begin({ idleTtl: 1000 })
      clock.advance(1001)
      expect(await store.sessions.revoke('session-1', 'signed-out')).toBe(true)
      clock.advance(-1001)
      expect(await store.sessions.advance('session-1', step())).toBeUndefined()
    })

    opened('is revoked with the others of its user, but for the one that is spared', async () => {
      for (const sid of ['a', 'b', 'c']) await begin({ sid })
      await begin({ sid: 'foreign', userId: 'user-2' })
      expect(await store.sessions.revokeAll('user-1', 'password-changed', 'b')).toBe(2)
      expect(await store.sessions.listLive('user-1')).toMatchObject([{ sid: 'b' }])
      expect(await store.sessions.revokeAll('user-1', 'signed-out')).toBe(1)
      expect(await store.sessions.listLive('user-2')).toMatchObject([{ sid: 'foreign' }])
    })

    opened('is listed while it lives, the one seen last first', async () => {
      await begin({ sid: 'idle', idleTtl: 1000 })
      await begin({ sid: 'old' })
      await begin({ sid: 'revoked' })
      await store.sessions.revoke('revoked', 'reuse')
      clock.advance(1000)
      await begin({ sid: 'new' })
      expect((await store.sessions.listLive('user-1')).map(({ sid }) => sid)).toEqual(['new', 'old'])
    })

    opened('is among all of its user’s, also when it has ended, the newest first', async () => {
      await begin({ sid: 'revoked' })
      await store.sessions.revoke('revoked', 'reuse')
      clock.advance(1000)
      await begin({ sid: 'new' })
      await begin({ sid: 'foreign', userId: 'user-2' })
      expect(await second.sessions.listAll('user-1')).toMatchObject([
        { sid: 'new', revokedAt: null },
        { sid: 'revoked', revokedReason: 'reuse' },
      ])
      expect(await store.sessions.listAll('user-3')).toEqual([])
    })

    opened('is purged when it has been dead for long, in batches', async () => {
      if (kind.forgets) return expect(await store.sessions.purge(0, 4)).toBe(0)
      for (let i = 0; i < 5; i++) await begin({ sid: `idle-${i}`, idleTtl: 1000 })
      await begin({ sid: 'revoked' })
      await begin({ sid: 'just-dead', idleTtl: 43_200_000 })
      await begin({ sid: 'alive', idleTtl: 43_200_000 })
      // An expired one is found six hours later at the latest.
      clock.advance(21_600_000)
      await store.sessions.revoke('revoked', 'reuse')
      clock.advance(1)
      await store.sessions.revoke('just-dead', 'reuse')
      clock.advance(60_000)
      expect(await store.sessions.purge(60_000, 4)).toBe(4)
      expect(await store.sessions.purge(60_000, 4)).toBe(2)
      expect(await store.sessions.purge(60_000, 4)).toBe(0)
      expect(await store.sessions.find('just-dead')).toBeDefined()
      expect(await store.sessions.find('alive')).toBeDefined()
    })
  })

  describe('counters', () => {
    opened('count, and forget after their life, counted from the first point', async () => {
      expect(await store.counters.find('a')).toBeUndefined()
      expect(await store.counters.add('a', 1, 1000)).toEqual({ points: 1, timeLeft: 1000 })
      clock.advance(400)
      expect(await second.counters.add('a', 2, 1000)).toEqual({ points: 3, timeLeft: 600 })
      expect(await second.counters.find('a')).toEqual({ points: 3, timeLeft: 600 })
      expect(await store.counters.find('b')).toBeUndefined()
      clock.advance(600)
      expect(await store.counters.find('a')).toBeUndefined()
      expect(await store.counters.add('a', 1, 500)).toEqual({ points: 1, timeLeft: 500 })
    })

    opened('lose nothing when many add at the same time', async () => {
      await Promise.all(
        Array.from({ length: 40 }, (_, i) => (i % 2 ? store : second).counters.add('a', 1, 1000)),
      )
      expect(await store.counters.find('a')).toEqual({ points: 40, timeLeft: 1000 })
    })

    opened('are removed', async () => {
      await store.counters.add('a', 1, 1000)
      expect(await second.counters.remove('a')).toBe(true)
      expect(await store.counters.remove('a')).toBe(false)
      expect(await store.counters.find('a')).toBeUndefined()
    })
  })

  describe('mailed links', () => {
    const link = {
      digest: 'd',
      purpose: 'reset-password',
      userId: 'user-1',
      email: 'ada@example.com',
      stamp: 's',
    } as const

    opened('are found for their purpose alone, as long as they live', async () => {
      await store.links.add(link, 60_000)
      expect(await second.links.find('d', 'reset-password')).toEqual(link)
      expect(await second.links.find('d', 'verify-email')).toBeUndefined()
      expect(await second.links.take('d', 'change-email')).toBeUndefined()
      expect(await second.links.find('e', 'reset-password')).toBeUndefined()
      clock.advance(59_999)
      expect(await second.links.find('d', 'reset-password')).toEqual(link)
      clock.advance(1)
      expect(await second.links.find('d', 'reset-password')).toBeUndefined()
      expect(await second.links.take('d', 'reset-password')).toBeUndefined()
    })

    opened('are taken once, however many ask at the same time', async () => {
      await store.links.add(link, 60_000)
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 ? store : second).links.take('d', 'reset-password')),
      )
      expect(all.filter((each) => each !== undefined)).toEqual([link])
      expect(await store.links.find('d', 'reset-password')).toBeUndefined()
    })

    opened('are purged when they are over, in batches', async () => {
      for (const digest of ['a', 'b', 'c']) await store.links.add({ ...link, digest }, 60_000)
      await store.links.add(link, 120_000)
      clock.advance(60_000)
      if (!kind.forgets) expect(await store.links.purge(2)).toBe(2)
      expect(await store.links.purge(2)).toBe(kind.forgets ? 0 : 1)
      expect(await store.links.find('d', 'reset-password')).toEqual(link)
    })
  })

  describe('factors', () => {
    const factor = {
      id: 'f',
      userId: 'user-1',
      kind: 'totp',
      name: 'Ün app',
      data: '{"sealed":"/"}',
      counter: 0,
      life: null,
    } as const
    const { life: _, ...known } = factor

    opened('are of their user alone, and listed the oldest first', async () => {
      expect(await store.factors.list('user-1')).toEqual([])
      expect(await store.factors.add(factor)).toBe(true)
      expect(await second.factors.add({ ...factor, name: 'another' })).toBe(false)
      clock.advance(5)
      expect(await second.factors.add({ ...factor, id: 'a', kind: 'trusted-device', life: 60_000 })).toBe(
        true,
      )
      expect(await second.factors.add({ ...factor, userId: 'user-2' })).toBe(true)
      expect(await store.factors.list('user-1')).toEqual([
        { ...known, createdAt: now, usedAt: null, endsAt: null },
        { ...known, id: 'a', kind: 'trusted-device', createdAt: now + 5, usedAt: null, endsAt: now + 60_005 },
      ])
      clock.advance(60_000)
      expect(await store.factors.list('user-1')).toHaveLength(1)
      expect(await store.factors.take('user-1', 'a')).toBe(false)
      expect(await store.factors.add({ ...factor, id: 'a' })).toBe(true)
    })

    opened('are used once for each counter, however many ask at the same time', async () => {
      await store.factors.add(factor)
      const use = (i: number, to: number) =>
        (i % 2 ? store : second).factors.use('user-1', 'f', { from: 0, to, data: `${to}` })
      const all = await Promise.all(Array.from({ length: 20 }, (_, i) => use(i, 58_811_840)))
      expect(all.filter(Boolean)).toHaveLength(1)
      const [used] = await second.factors.list('user-1')
      expect(used).toMatchObject({ counter: 58_811_840, data: '58811840', usedAt: now })
      expect(await store.factors.use('user-2', 'f', { from: 58_811_840, to: 1, data: '' })).toBe(false)
    })

    opened('are taken once, and removed by kind, or with their user', async () => {
      await store.factors.add(factor)
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 ? store : second).factors.take('user-1', 'f')),
      )
      expect(all.filter(Boolean)).toHaveLength(1)
      for (const [id, kind] of [
        ['a', 'totp'],
        ['b', 'recovery-code'],
        ['c', 'recovery-code'],
      ] as const)
        await store.factors.add({ ...factor, id, kind })
      expect(await store.factors.removeAll('user-1', 'recovery-code')).toBe(2)
      expect(await store.factors.list('user-1')).toHaveLength(1)
      await store.users.create(aNewUser())
      await store.users.delete('user-1')
      expect(await second.factors.list('user-1')).toEqual([])
    })

    opened('are purged when they are over', async () => {
      for (const id of ['a', 'b', 'c']) await store.factors.add({ ...factor, id, life: 1000 })
      await store.factors.add({ ...factor, userId: 'user-2', id: 'a' })
      clock.advance(1000)
      expect(await store.factors.purge(2)).toBe(kind.forgets ? 0 : 2)
      expect(await store.factors.purge(2)).toBe(kind.forgets ? 0 : 1)
      expect(await store.factors.list('user-2')).toHaveLength(1)
    })

    opened('a session remembers how it was begun', async () => {
      await store.users.create(aNewUser())
      await store.sessions.create(aNewSession({ amr: 'pwd otp mfa' }))
      expect((await second.sessions.find('session-1'))?.session.amr).toBe('pwd otp mfa')
    })
  })

  opened('answers a ping', async () => {
    await store.ping()
    await second.ping()
  })
})

describe.each(eachStoreAndCluster)('the clock of a store on %s', (_title, kind) => {
  it.skipIf(kind.missing)('is its own, and near that of this machine, unless another is given', async () => {
    const store = await openTestStore(await kind.place(), 'its own')
    await store.users.create(aNewUser())
    const before = Date.now()
    await store.sessions.create(aNewSession())
    await store.ping()
    const reading = await store.sessions.find('session-1')
    const after = Date.now()
    // A minute: the servers of a test run may be on another machine.
    expect(reading?.session.createdAt).toBeGreaterThan(before - 60_000)
    expect(reading?.now).toBeGreaterThanOrEqual(reading?.session.createdAt ?? Infinity)
    expect(reading?.now).toBeLessThan(after + 60_000)
    expect(Number.isInteger(reading?.now)).toBe(true)
  })
})
