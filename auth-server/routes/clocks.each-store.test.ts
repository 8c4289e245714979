import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { manualClock, startServer } from '../testing/harness.ts'
import { eachStoreKind, openTestStore, type StoreKind } from '../testing/stores.ts'

const MINUTE = 60_000
const environment = { REFRESH_TOKEN_TTL: '45', SESSION_MAX_AGE: '100' }

/** Two servers on one store; each clock differs from the store's by so many milliseconds. */
async function apart(kind: StoreKind, [first, second]: readonly [number, number]) {
  const url = await kind.place()
  const clock = manualClock()
  const start = async (offset: number) =>
    startServer({ store: await openTestStore(url, clock), clock: manualClock(clock() + offset), environment })
  const servers = [await start(first), await start(second)] as const
  const pass = (ms: number) => {
    for (const each of [clock, ...servers.map((server) => server.clock)]) each.advance(ms)
  }
  return { servers, pass }
}

describe.each(eachStoreKind)('two servers whose clocks are a minute apart, on %s', (_title, kind) => {
  const offsets: [string, readonly [number, number]][] = [
    ['the second ahead', [0, MINUTE]],
    ['the second behind', [0, -MINUTE]],
    ['the store between them', [-MINUTE / 2, MINUTE / 2]],
  ]
  describe.each(offsets)('%s', (_title, pair) => {
    const both = (title: string, run: (world: Awaited<ReturnType<typeof apart>>) => Promise<void>) =>
      it.skipIf(kind.missing)(title, async () => run(await apart(kind, pair)))

    both('end a session at the same moment when it is idle, and not before', async ({ servers, pass }) => {
      const sessions = await Promise.all(
        ['a', 'b', 'c', 'd'].map((name, i) => servers[i % 2 ? 1 : 0].newcomer(`${name}@example.com`)),
      )
      const [a, b, c, d] = sessions.map(({ refreshToken }) => refreshToken) as [
        string,
        string,
        string,
        string,
      ]
      pass(44_999)
      expect((await servers[1].refresh(a)).status).toBe(200)
      expect((await servers[0].refresh(b)).status).toBe(200)
      pass(1)
      expect((await servers[1].refresh(c)).body.error).toBe('refresh_token_expired')
      expect((await servers[0].refresh(d)).body.error).toBe('refresh_token_expired')
    })

    both('end it at the same moment at its absolute limit, and nothing outlives it', async (world) => {
      const { servers, pass } = world
      let { refreshToken } = await servers[0].newcomer()
      for (const [elapsed, server] of [40, 80, 99].map((s, i) => [s, servers[i % 2 ? 0 : 1]] as const)) {
        pass(elapsed === 99 ? 19_000 : 40_000)
        const { status, body, setCookies } = await server.refresh(refreshToken)
        expect(status).toBe(200)
        const left = 100 - elapsed
        expect(body.expiresIn).toBe(left)
        const { iat = 0, exp = 0 } = decodeJwt(body.accessToken)
        expect([iat, exp - iat]).toEqual([Math.floor(server.clock() / 1000), left])
        expect(setCookies[0]).toContain(`; Max-Age=${left};`)
        expect(setCookies[1]).toContain(`; Max-Age=${Math.min(45, left)};`)
        expect((await server.get('/me', { bearer: body.accessToken })).status).toBe(200)
        refreshToken = body.refreshToken
      }
      pass(1000)
      for (const server of servers) {
        expect((await server.refresh(refreshToken)).body.error).toBe('refresh_token_expired')
      }
    })

    both('give a parent the same grace', async ({ servers, pass }) => {
      const first = await servers[0].newcomer('a@example.com')
      const second = await servers[1].newcomer('b@example.com')
      const child = (await servers[0].refresh(first.refreshToken)).body.refreshToken
      await servers[1].refresh(second.refreshToken)
      pass(30_000)
      expect((await servers[1].refresh(first.refreshToken)).body.refreshToken).toBe(child)
      expect((await servers[0].refresh(second.refreshToken)).status).toBe(200)
      pass(1)
      expect((await servers[1].refresh(first.refreshToken)).body.error).toBe('refresh_token_reused')
      expect((await servers[0].refresh(second.refreshToken)).body.error).toBe('refresh_token_reused')
    })
  })

  it.skipIf(kind.missing)('go by the clock that the store brings along', async () => {
    const url = await kind.place()
    const start = async (offset: number) =>
      startServer({
        store: await openTestStore(url, 'its own'),
        clock: manualClock(Date.now() + offset),
        environment,
      })
    const [ahead, behind] = [await start(10 * MINUTE), await start(-10 * MINUTE)]
    let { refreshToken } = await ahead.newcomer()
    for (const server of [behind, ahead, behind, ahead]) {
      const { status, body } = await server.refresh(refreshToken)
      expect(status).toBe(200)
      // The parent is inside its grace on both.
      expect((await behind.refresh(refreshToken)).body.refreshToken).toBe(body.refreshToken)
      expect((await ahead.refresh(refreshToken)).body.refreshToken).toBe(body.refreshToken)
      refreshToken = body.refreshToken
    }
  })
})
