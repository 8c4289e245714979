import { describe, expect, it } from 'vitest'
import { aNewUser, manualClock, servicesOver, startServer } from '../testing/harness.ts'
import { eachStoreKind, openTestStore } from '../testing/stores.ts'
import { startSession } from '../tokens/session.ts'

const feedSecret = 'a-secret-of-the-feed-of-the-tests-0123456789'
const environment = { FEED_SECRET: feedSecret }
const PASSWORD = 'correct horse'

// Two auth servers on one store, as a gateway meets them.
describe.each(eachStoreKind)('GET /ended on %s', (_title, kind) => {
  const served = (title: string, run: (world: Awaited<ReturnType<typeof meet>>) => Promise<void>) =>
    it.skipIf(kind.missing)(title, { timeout: 60_000 }, async () => run(await meet()))

  async function meet(more: Record<string, string> = {}) {
    const url = await kind.place()
    const clock = manualClock()
    const stores = [await openTestStore(url, clock), await openTestStore(url, clock)] as const
    const settings = { ...environment, ...more }
    const [a, b] = [
      await startServer({ store: stores[0], clock, environment: settings }),
      await startServer({ store: stores[1], clock, environment: settings }),
    ]
    const ask = (server: typeof a, query = '', headers: Record<string, string> = {}) =>
      server.get(`/ended${query}`, { bearer: feedSecret, headers })
    const after = (cursor: string, wait = 0) => `?after=${encodeURIComponent(cursor)}&wait=${wait}`
    const cursor = async (server: typeof a) => (await ask(server)).body.cursor as string
    return { a, b, clock, stores, ask, after, cursor }
  }

  served('tells every reason for which sessions end', async ({ a, b, clock, stores, ask, after, cursor }) => {
    const start = await cursor(b)
    const services = servicesOver(stores[0], clock, { ...environment, MAX_SESSIONS_PER_USER: '1' })
    const passwordHash = await services.passwords.hash(PASSWORD)
    const origin = { address: '192.0.2.1', userAgent: 'test' }
    const unlimited = servicesOver(stores[0], clock, environment)
    const begin = async (id: string, by = unlimited) => {
      const user = aNewUser({ id, email: `${id}@example.com`, passwordHash })
      await stores[0].users.create(user)
      const started = await startSession(by, user, origin)
      if (!started) throw new Error('no session')
      return started
    }
    const expected: Record<string, string> = {}

    const signedOut = await begin('one')
    await a.post('/logout', { refreshToken: signedOut.refreshToken })
    expected[signedOut.sid] = 'signed-out'

    const [mine, elsewhere] = [await begin('two'), await begin('two')]
    expect((await a.delete(`/sessions/${elsewhere.sid}`, { bearer: mine.accessToken })).status).toBe(204)
    expected[elsewhere.sid] = 'ended-by-user'

    const change = { current: PASSWORD, next: 'battery staple' }
    expect((await a.post('/password', { bearer: mine.accessToken, json: change })).status).toBe(200)
    expected[mine.sid] = 'password-changed'

    const copied = await begin('three')
    const { body } = await a.refresh(copied.refreshToken)
    await a.refresh(body.refreshToken)
    clock.advance(60_000)
    expect((await b.refresh(copied.refreshToken)).body.error).toBe('refresh_token_reused')
    expected[copied.sid] = 'reuse'

    const disabled = await begin('four')
    await stores[1].users.disable('four')
    expected[disabled.sid] = 'user-disabled'

    const limited = await begin('five', services)
    // Those that begin together do not end each other.
    clock.advance(60_000)
    await begin('five', services)
    expected[limited.sid] = 'session-limit'

    const everywhere = await begin('six')
    expect((await a.post('/logout-all', { bearer: everywhere.accessToken })).status).toBe(204)
    expected[everywhere.sid] = 'signed-out'

    const told = (await ask(b, after(start))).body.entries as {
      sid: string
      reason: string
      endedAt: number
    }[]
    expect(Object.fromEntries(told.map(({ sid, reason }) => [sid, reason]))).toEqual(expected)
    for (const { endedAt } of told) expect(endedAt).toBeGreaterThan(clock() - 200_000)
    // The same without a cursor, at the other server.
    expect((await ask(a)).body.entries).toHaveLength(told.length)
  })

  served('answers whoever waits as soon as a session ends at the other server', async (world) => {
    const { a, b, ask, after, cursor } = world
    const { refreshToken } = await a.newcomer()
    const waiting = ask(b, after(await cursor(b), 20))
    await a.post('/logout', { refreshToken })
    const { status, body } = await waiting
    expect(status).toBe(200)
    expect(body.entries).toMatchObject([{ reason: 'signed-out' }])
    expect((await ask(a, after(body.cursor))).body.entries).toEqual([])
  })

  served('answers nothing to whoever has waited in vain', async ({ b, ask, after, cursor }) => {
    const start = await cursor(b)
    const { body } = await ask(b, after(start, 1))
    expect(body.entries).toEqual([])
  })

  served('tells an ending for as long as an access token lives, and a minute', async (world) => {
    const { a, b, clock, ask } = world
    const { refreshToken } = await a.newcomer()
    await a.post('/logout', { refreshToken })
    const { body } = await ask(b)
    expect(body).toMatchObject({ life: 960, entries: [{ endedAt: clock() }] })
    clock.advance(959_999)
    expect((await ask(b)).body.entries).toHaveLength(1)
    clock.advance(1)
    expect((await ask(b)).body.entries).toHaveLength(0)
  })
})
