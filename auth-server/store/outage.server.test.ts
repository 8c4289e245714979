import { describe, expect, it } from 'vitest'
import { aNewSession, aNewUser, aSession, manualClock, startServer } from '../testing/harness.ts'
import { type Link, linkTo } from '../testing/link.ts'
import { eachStoreKind, openTestStore } from '../testing/stores.ts'
import type { Store } from './store.ts'

// A cluster names its nodes itself, past any link: see redis-cluster.test.ts.
const reachable = eachStoreKind.filter(([, { name }]) => name === 'PostgreSQL' || name === 'Redis')

describe.each(reachable)('a store on %s', (_title, kind) => {
  const clock = manualClock()
  const linked = (title: string, run: (store: Store, link: Link) => Promise<void>) =>
    it.skipIf(kind.missing)(title, { timeout: 30_000 }, async () => {
      const link = await linkTo(await kind.place())
      await run(await openTestStore(link.url, clock), link)
    })

  const everyCall = (store: Store): [string, () => Promise<unknown>][] => [
    ['findByEmail', () => store.users.findByEmail('ada@example.com')],
    ['find', () => store.sessions.find('session-1')],
    ['create', () => store.sessions.create(aNewSession({ sid: 'session-2' }))],
    ['revoke', () => store.sessions.revoke('session-1', 'signed-out')],
    ['listLive', () => store.sessions.listLive('user-1')],
    ['ping', () => store.ping()],
  ]

  /** Every call fails as the contract says, soon. Answers how long the slowest took. */
  async function expectFailures(store: Store): Promise<number> {
    const started = performance.now()
    const failures = everyCall(store).map(async ([name, call]) => {
      const error = await call().then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error, name).toMatchObject({ code: 'store_unavailable' })
      expect((error as Error).message).toMatch(/^The store \S+:\/\/127\.0\.0\.1:\S+ [^\n]+\.$/)
    })
    await Promise.all(failures)
    return performance.now() - started
  }

  async function expectRecovery(store: Store): Promise<void> {
    await expect.poll(() => store.ping().then(() => 'up'), { timeout: 8_000, interval: 50 }).toBe('up')
    expect(await store.sessions.find('session-1')).toMatchObject({ session: aSession() })
  }

  linked('says at once that it cannot be reached, and goes on when it can', async (store, link) => {
    await store.users.create(aNewUser())
    await store.sessions.create(aNewSession())
    link.cut()
    expect(await expectFailures(store)).toBeLessThan(2_000)
    expect(await expectFailures(store)).toBeLessThan(2_000)
    await link.restore()
    await expectRecovery(store)
  })

  linked(
    'waits for a silent server no longer than its timeouts, and goes on when it speaks',
    async (store, link) => {
      await store.users.create(aNewUser())
      await store.sessions.create(aNewSession())
      link.freeze()
      expect(await expectFailures(store)).toBeLessThan(5_000)
      await link.restore()
      await expectRecovery(store)
    },
  )

  linked(
    'makes the auth server answer 503 with Retry-After while it is away, and 200 after',
    async (store, link) => {
      const server = await startServer({ store, clock })
      const { refreshToken, accessToken, email, password } = await server.newcomer()
      link.cut()
      const replies = await Promise.all([
        server.refresh(refreshToken),
        server.get('/me', { bearer: accessToken }),
        server.post('/login', { json: { email, password } }),
        server.get('/readyz'),
      ])
      for (const { status, headers, setCookies } of replies) {
        expect(status).toBe(503)
        expect(headers.get('retry-after')).toBe('1')
        expect(setCookies).toEqual([])
      }
      expect((await server.get('/livez')).status).toBe(200)
      await link.restore()
      await expect.poll(async () => (await server.refresh(refreshToken)).status, { timeout: 8_000 }).toBe(200)
      await expect.poll(async () => (await server.get('/readyz')).status, { timeout: 8_000 }).toBe(200)
    },
  )
})
