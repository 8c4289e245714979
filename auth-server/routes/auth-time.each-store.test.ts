import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { manualClock, startServer } from '../testing/harness.ts'
import { eachStoreKind, openTestStore, type StoreKind } from '../testing/stores.ts'

const MINUTE = 60_000

/** Two servers on one store, whose own clocks differ from the store's by so many milliseconds. */
async function servers(kind: StoreKind, [first, second]: readonly [number, number] = [0, 0]) {
  const url = await kind.place()
  // In the middle of a second, where rounding could go either way.
  const clock = manualClock(Date.UTC(2030, 0, 1) + 400)
  const start = async (ahead: number) =>
    startServer({ store: await openTestStore(url, clock), clock: manualClock(clock() + ahead) })
  const both = [await start(first), await start(second)] as const
  const pass = (ms: number) => {
    for (const each of [clock, ...both.map((server) => server.clock)]) each.advance(ms)
  }
  return { both, pass, second: Math.floor(clock() / 1000) }
}

const signInIn = ({ accessToken }: { accessToken: string }) => {
  const { auth_time, amr, iat } = decodeJwt(accessToken)
  return { auth_time, amr, iat }
}

describe.each(eachStoreKind)(
  'RFC 9068 2.2.1: access tokens say when the person signed in, on %s',
  (_title, kind) => {
    const each = (title: string, run: () => Promise<void>) => it.skipIf(kind.missing)(title, run)

    each('the same through renewals, replays and servers', async () => {
      const { both, pass, second } = await servers(kind)
      const [server, other] = both
      const begun = await server.newcomer()
      expect(signInIn(begun)).toEqual({ auth_time: second, amr: ['pwd'], iat: second })
      let { refreshToken } = begun
      for (const at of [other, server, other]) {
        pass(10 * MINUTE + 333)
        const child = (await at.refresh(refreshToken)).body
        const replayed = (await server.refresh(refreshToken)).body
        expect([signInIn(child), signInIn(replayed)]).toMatchObject([
          { auth_time: second, amr: ['pwd'] },
          { auth_time: second, amr: ['pwd'] },
        ])
        refreshToken = child.refreshToken
      }
    })

    each('anew where the person signs in again, and the session that asked ends', async () => {
      const { both, pass, second } = await servers(kind)
      const [server] = both
      const { email, password, refreshToken } = await server.newcomer()
      pass(10 * MINUTE)
      const again = (await server.post('/login', { json: { email, password }, refreshToken })).body
      expect(signInIn(again)).toMatchObject({ auth_time: second + 600 })
      expect((await server.refresh(refreshToken)).body.error).toBe('session_revoked')
      pass(10 * MINUTE)
      const next = 'another secret sentence'
      const json = { current: password, next }
      const changed = (await server.post('/password', { json, bearer: again.accessToken })).body
      expect(signInIn(changed)).toMatchObject({ auth_time: second + 1200 })
    })

    each('by the clock of the server that issues the token, as `iat` is', async () => {
      const { both, pass } = await servers(kind, [0, 5 * MINUTE])
      const [server, ahead] = both
      const { refreshToken } = await server.newcomer()
      pass(MINUTE)
      const { iat = 0, auth_time } = signInIn((await ahead.refresh(refreshToken)).body)
      expect(iat - Number(auth_time)).toBe(60)
    })
  },
)
