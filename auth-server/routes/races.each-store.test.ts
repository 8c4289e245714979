import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { newId } from '../store/new-id.ts'
import type { Store } from '../store/store.ts'
import { aNewUser, manualClock, servicesOver, startServer } from '../testing/harness.ts'
import { eachStoreAndCluster, openTestStore } from '../testing/stores.ts'
import { interleavings, takeTurns } from '../testing/turns.ts'
import { startSession } from '../tokens/session.ts'

/*
 * Two requests on two servers over one store, in every order in which their calls to the store can fall. The contract suite
 * shows what happens inside a call (store.test.ts).
 */
describe.each(eachStoreAndCluster)('on %s', (_title, kind) => {
  const clock = manualClock()
  const origin = { address: '192.0.2.1', userAgent: 'test' }

  const raced = (
    title: string,
    orders: string[][],
    run: (world: Awaited<ReturnType<typeof meet>>) => Promise<void>,
  ) =>
    it.skipIf(kind.missing)(title, { timeout: 60_000 }, async () => {
      const stores = await openTwo()
      for (const order of orders) await run(await meet(stores, order))
    })

  async function openTwo() {
    const url = await kind.place()
    return [await openTestStore(url, clock), await openTestStore(url, clock)] as const
  }

  /** Servers `a` and `b`, whose store calls come in this order; behind them a user and what holds for all orders. */
  async function meet([store, other]: readonly [Store, Store], order: string[]) {
    const turns = takeTurns(order)
    const servers = {
      a: await startServer({ store: turns.viewOf('a', store), clock }),
      b: await startServer({ store: turns.viewOf('b', other), clock }),
    }
    const services = servicesOver(store, clock)
    const password = 'correct horse'
    const id = newId(randomBytes)
    const user = aNewUser({
      id,
      email: `${id.toLowerCase()}@example.com`,
      passwordHash: await hashed(password),
    })
    await store.users.create(user)
    return {
      label: order.join(''),
      servers,
      services,
      store,
      user,
      password,
      start: async () => {
        const started = await startSession(services, user, origin)
        if (!started) throw new Error('no session')
        return started
      },
      /** Does one thing in the turns of a party. */
      as: async <T>(party: 'a' | 'b', act: () => Promise<T>): Promise<T> => {
        const result = await act()
        turns.finished(party)
        return result
      },
      viewOf: (party: 'a' | 'b') => turns.viewOf(party, other),
    }
  }

  const hashes = new Map<string, Promise<string>>()
  function hashed(password: string): Promise<string> {
    const known = hashes.get(password)
    if (known) return known
    const fresh = servicesOver({} as Store, clock).passwords.hash(password)
    hashes.set(password, fresh)
    return fresh
  }

  describe('after a sign-out was answered, no refresh token of the session works', () => {
    const orders = interleavings('a', 4, 'b', 2)
    const presented: [string, stored: number, presented: number][] = [
      ['the newest token', 3, 3],
      ['its parent', 3, 2],
      ['a token ahead of the store', 3, 5],
    ]
    for (const [title, stored, generation] of presented)
      raced(`and the refresh under way presents ${title}`, orders, async (world) => {
        const { label, servers, services, store, start, as } = world
        const { sid } = await start()
        const step = { from: 0, to: stored, idleTtl: 1_000_000, ...origin }
        await store.sessions.advance(sid, step)
        const token = (g: number) => services.refreshTokens.derive(sid, g)
        const [refreshed, signedOut] = await Promise.all([
          as('a', () => servers.a.refresh(token(generation))),
          as('b', () => servers.b.post('/logout', { refreshToken: token(stored) })),
        ])
        expect(signedOut.status, label).toBe(204)
        // Told by the call that decides: the first, or where the store lost writes the rotation after it.
        const decided = nth(label, 'a', generation <= stored ? 1 : 2)
        expect(refreshed.status, label).toBe(decided < nth(label, 'b', 2) ? 200 : 403)
        for (let g = 0; g <= generation + 2; g++)
          expect(await servers.b.refresh(token(g)), label).toMatchObject({
            status: 403,
            body: { error: 'session_revoked' },
          })
        if (refreshed.status === 200)
          expect((await servers.b.get('/me', { bearer: refreshed.body.accessToken })).status, label).toBe(401)
      })
  })

  describe('no session of a disabled user is left', () => {
    raced('when a sign-in is under way', interleavings('a', 3, 'b', 1), async (world) => {
      const { label, servers, store, user, password, as, viewOf } = world
      const [signIn] = await Promise.all([
        as('a', () => servers.a.post('/login', { json: { email: user.email, password } })),
        as('b', () => viewOf('b').users.disable(user.id)),
      ])
      expect([200, 401], label).toContain(signIn.status)
      // Before anything below could end one.
      expect(await store.sessions.listLive(user.id), label).toEqual([])
      if (signIn.status === 401) expect(signIn.body.error).toBe('invalid_credentials')
      else
        expect((await servers.b.refresh(signIn.body.refreshToken)).body.error, label).toBe('session_revoked')
    })

    raced('when a refresh is under way', interleavings('a', 4, 'b', 1), async (world) => {
      const { label, servers, store, user, start, as, viewOf } = world
      const { refreshToken } = await start()
      const [refreshed] = await Promise.all([
        as('a', () => servers.a.refresh(refreshToken)),
        as('b', () => viewOf('b').users.disable(user.id)),
      ])
      expect(await store.sessions.listLive(user.id), label).toEqual([])
      if (refreshed.status !== 200) expect(refreshed.body.error, label).toBe('session_revoked')
      else
        expect((await servers.b.refresh(refreshed.body.refreshToken)).body.error, label).toBe(
          'session_revoked',
        )
    })
  })

  raced(
    'a sign-in with the old password leaves no session when the password is being changed',
    interleavings('a', 2, 'b', 4),
    async (world) => {
      const { label, servers, store, user, password, start, as } = world
      const mine = await start()
      const [signIn, change] = await Promise.all([
        as('a', () => servers.a.post('/login', { json: { email: user.email, password } })),
        as('b', () =>
          servers.b.post('/password', {
            bearer: mine.accessToken,
            json: { current: password, next: 'battery staple' },
          }),
        ),
      ])
      expect(change.status, label).toBe(200)
      expect([200, 401], label).toContain(signIn.status)
      expect(await store.sessions.listLive(user.id), label).toMatchObject([
        { sid: change.body.refreshToken.split('.')[1] },
      ])
      if (signIn.status === 200)
        expect((await servers.b.refresh(signIn.body.refreshToken)).body.error, label).toBe('session_revoked')
    },
  )
})

/** Where in an order the party has its turn for the first, second, … time. */
function nth(order: string, party: string, times: number): number {
  return order.split(party, times).join(party).length
}
