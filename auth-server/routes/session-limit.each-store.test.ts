import { describe, expect, it } from 'vitest'
import { manualClock, startServer } from '../testing/harness.ts'
import { eachStoreKind, openTestStore, type StoreKind } from '../testing/stores.ts'

async function servers(kind: StoreKind, limit: number) {
  const url = await kind.place()
  const clock = manualClock()
  const environment = { MAX_SESSIONS_PER_USER: String(limit) }
  const start = async () => startServer({ store: await openTestStore(url, clock), clock, environment })
  return [await start(), await start()] as const
}

const sidOf = (refreshToken: string) => refreshToken.split('.')[1]

describe.each(eachStoreKind)('with MAX_SESSIONS_PER_USER, on %s', (_title, kind) => {
  const limited = it.skipIf(kind.missing)

  limited('a sign-in beyond it ends the session seen longest ago, and that is recorded', async () => {
    const [server, other] = await servers(kind, 2)
    const { email, password, ...first } = await server.newcomer()
    const signIn = async () => (await server.post('/login', { json: { email, password } })).body
    server.clock.advance(60_000)
    const second = await signIn()
    server.clock.advance(60_000)
    const renewed = (await other.refresh(first.refreshToken)).body
    server.clock.advance(60_000)
    const third = await signIn()
    expect(await other.refresh(second.refreshToken)).toMatchObject({
      status: 403,
      body: { error: 'session_revoked' },
    })
    for (const { refreshToken } of [renewed, third])
      expect((await other.refresh(refreshToken)).status).toBe(200)
    expect(server.events().filter(({ event }) => event === 'sessions-ended')).toMatchObject([
      { reason: 'session-limit', count: 1, sid: sidOf(second.refreshToken), userId: first.userData.id },
    ])
  })

  limited('ASVS 7.1.2: no more than that are left when sign-ins race', async () => {
    const pair = await servers(kind, 3)
    const { email, password } = await pair[0].newcomer()
    pair[0].clock.advance(60_000)
    const replies = await Promise.all(
      Array.from({ length: 12 }, (_, i) => pair[i % 2 ? 1 : 0].post('/login', { json: { email, password } })),
    )
    expect(replies.map(({ status }) => status)).toEqual(Array(12).fill(200))
    const again = await Promise.all(replies.map(({ body }) => pair[0].refresh(body.refreshToken)))
    expect(again.filter(({ status }) => status === 200)).toHaveLength(3)
    const events = pair.flatMap((server) => server.events().filter(({ event }) => event === 'sessions-ended'))
    expect(new Set(events.map(({ sid }) => sid)).size).toBe(10)
    expect(events).toHaveLength(10)
  })

  limited('other people’s sessions, and those that have ended, do not count', async () => {
    const [server] = await servers(kind, 2)
    const { email, password, ...first } = await server.newcomer()
    await server.newcomer('eve@example.com')
    const { body: second } = await server.post('/login', { json: { email, password } })
    await server.post('/logout', { refreshToken: second.refreshToken })
    await server.post('/login', { json: { email, password } })
    expect((await server.refresh(first.refreshToken)).status).toBe(200)
  })

  limited('a sign-in in the place of a session leaves the others alone', async () => {
    const [server] = await servers(kind, 2)
    const { email, password, ...elsewhere } = await server.newcomer()
    server.clock.advance(20_000)
    const { body: here } = await server.post('/login', { json: { email, password } })
    server.clock.advance(20_000)
    await server.post('/login', { json: { email, password }, refreshToken: here.refreshToken })
    expect((await server.refresh(elsewhere.refreshToken)).status).toBe(200)
  })
})

it('without it a user has as many sessions as they like', async () => {
  const server = await startServer()
  const { email, password, ...first } = await server.newcomer()
  for (let i = 0; i < 12; i++) await server.post('/login', { json: { email, password } })
  expect((await server.refresh(first.refreshToken)).status).toBe(200)
})
