import { randomBytes } from 'node:crypto'
import type { ManualClock } from 'evergate/testing'
import { readEnvironment } from '../../auth-server/config/environment.ts'
import { createLogger } from '../../auth-server/observe/logger.ts'
import { createServices } from '../../auth-server/services.ts'
import { openStore } from '../../auth-server/store/open.ts'
import { refresh } from '../../auth-server/tokens/refresh.ts'
import { startSession } from '../../auth-server/tokens/session.ts'
import type { Chances } from './chances.ts'

export const SECRET = 'a secret of the simulation that is long enough'
const ORIGIN = { address: '192.0.2.1', userAgent: 'simulation' }

/** Two auth servers, half a minute apart, on one SQLite store; only Express and argon2 are left out. */
export async function openBackend(clock: ManualClock, { chance, pick }: Chances, grace: number) {
  const { store } = await openStore({ kind: 'sqlite', path: ':memory:' }, clock)
  const environment = readEnvironment({
    ETLS_ACCESS: SECRET,
    ETLS_REFRESH: SECRET,
    REFRESH_GRACE: String(grace),
    REFRESH_TOKEN_TTL: '86400',
  })
  if (!environment.ok) throw new Error(environment.problems.join('\n'))
  const logger = createLogger('silent')
  const serverAt = (time: () => number) =>
    createServices({ store, settings: environment.value, clock: time, random: randomBytes, logger })
  const servers = [serverAt(clock), serverAt(clock.skewedBy(30_000))] as const
  const faults = { isDown: false, losesAnswers: true, refreshes: 0 }

  /** `POST /refreshtoken`, as the gateway calls it, over a bad line. */
  async function fetch(_url: string, { headers }: RequestInit): Promise<Response> {
    if (faults.isDown) throw new TypeError('fetch failed')
    if (chance(0.02)) return new Response('busy', { status: 503 })
    if (chance(0.01)) return new Response('slower', { status: 429, headers: { 'retry-after': '1' } })
    const [, token = ''] = /refreshToken=([^;]*)/.exec(new Headers(headers).get('cookie') ?? '') ?? []
    faults.refreshes += 1
    const result = await refresh(pick(servers), token, ORIGIN)
    if (faults.losesAnswers && chance(0.03)) throw new TypeError('other side closed')
    if (faults.losesAnswers && chance(0.01)) return new Response('<html>')
    if (result.kind === 'refreshed') {
      const { refreshToken, refreshExpiresIn } = result.grant
      const cookie = `refreshToken=${refreshToken}; Path=/; HttpOnly; Max-Age=${refreshExpiresIn}`
      return Response.json(result.grant, { headers: { 'set-cookie': cookie } })
    }
    return Response.json({ error: result.code }, { status: 403 })
  }

  return {
    fetch,
    faults,
    /** Presents a refresh token as a thief would; whether it was taken. */
    present: async (token: string) => (await refresh(servers[0], token, ORIGIN)).kind === 'refreshed',
    signOut: (sid: string) => store.sessions.revoke(sid, 'signed-out'),
    async signIn(id: string) {
      const user = { id, email: `${id}@example.com`, name: id, roles: ['user'], passwordHash: 'none' }
      await store.users.create(user)
      const grant = await startSession(pick(servers), user, ORIGIN)
      if (!grant) throw new Error(`${id} could not sign in`)
      return grant
    },
    close: () => store.close(),
  }
}
