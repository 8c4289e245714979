import { join } from 'node:path'
import { endedFeed } from 'evergate/ended'
import { createSessionGateway } from 'evergate/gateway'
import { sharedEndings } from 'evergate/security-events'
import { expect, onTestFinished, test } from 'vitest'
import { aNewUser, servicesOver, startServer, temporaryDirectory } from '../../auth-server/testing/harness.ts'
import { startPostgres } from '../../auth-server/testing/postgres-server.ts'
import type { TestServer } from '../../auth-server/testing/process.ts'
import { startRedis } from '../../auth-server/testing/redis-server.ts'
import {
  type OpenStore,
  sharedInMemory,
  sharedOnPostgres,
  sharedOnRedis,
} from '../../auth-server/testing/shared-stores.ts'
import { openTestStore } from '../../auth-server/testing/stores.ts'
import { startSession } from '../../auth-server/tokens/session.ts'

const FEED_SECRET = 'a-secret-of-the-feed-of-the-tests-0123456789'
const GATEWAY_SECRET = 'a gateway secret of the tests 0123456789'
const PASSWORD = 'an umbrella in the rain'
/** `npm test -- --all` measures enough for a p99; a short run holds its slowest round against the same limits. */
const ROUNDS = process.env.EVERGATE_ALL ? 100 : 2
const EVERY = 1000
const origin = { address: '192.0.2.1', userAgent: 'test' }

type Gateway = ReturnType<typeof createSessionGateway>
type Started = NonNullable<Awaited<ReturnType<typeof startSession>>>

const until = async (check: () => Promise<boolean>) => {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 5))
}
const outcomeAt = async (gateway: Gateway, accessToken: string) => {
  const headers = { host: 'app.test', accept: 'text/html', cookie: `accessToken=${accessToken}` }
  return (await gateway.handle(new Request('http://app.test/page', { headers }))).outcome
}
/** Milliseconds until each of the gateways has refused this token. */
const refusedAfter = async (gateways: readonly Gateway[], accessToken: string) => {
  const startedAt = performance.now()
  await Promise.all(
    gateways.map((gateway) => until(async () => (await outcomeAt(gateway, accessToken)) === 'ended')),
  )
  return performance.now() - startedAt
}
const p99 = (values: readonly number[]) =>
  Math.round(values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN)
/** The p99 of enough rounds, else the slowest. */
const told = (values: readonly number[]) => `${values.length < 100 ? 'at most' : 'p99'} ${p99(values)} ms`

/** Two auth servers on a store; in front of each a gateway that holds a call open, and one that polls. */
async function worldOn(url: string) {
  const clock = Object.assign(() => Date.now(), { advance: () => {} })
  const environment = { FEED_SECRET }
  const stores = [await openTestStore(url, 'its own'), await openTestStore(url, 'its own')] as const
  const servers = await Promise.all(stores.map((store) => startServer({ store, clock, environment })))
  const [a, b] = servers as [(typeof servers)[number], (typeof servers)[number]]
  let open = 0
  const closing = new AbortController()
  onTestFinished(() => closing.abort())
  const gatewayAt = (server: typeof a, polls: 'process' | 'request') => {
    const { accessKeys } = server.settings
    return createSessionGateway({
      remoteApi: server.url,
      keys: { secret: accessKeys.mode === 'shared' ? accessKeys.secret : '' },
      gatewaySecrets: [GATEWAY_SECRET],
      revocation: endedFeed({
        url: `${server.url}/ended`,
        secret: FEED_SECRET,
        every: EVERY,
        polls,
        fetch: async (address, init) => {
          if (closing.signal.aborted) return new Promise(() => {})
          if (polls === 'process') open += 1
          try {
            const signal = AbortSignal.any([closing.signal, init.signal as AbortSignal])
            return await fetch(address, { ...init, signal })
          } finally {
            if (polls === 'process') open -= 1
          }
        },
      }),
    })
  }
  const holding = servers.map((server) => gatewayAt(server, 'process'))
  const polling = servers.map((server) => gatewayAt(server, 'request'))
  const services = servicesOver(stores[0], clock, environment)
  const passwordHash = await services.passwords.hash(PASSWORD)
  let people = 0
  const person = async (roles = ['user']) => {
    people += 1
    const user = aNewUser({ id: `user-${people}`, email: `user-${people}@example.com`, passwordHash, roles })
    await stores[0].users.create(user)
    const begin = async () => {
      const started = await startSession(services, user, origin)
      if (!started) throw new Error('no session')
      return started
    }
    return { user, begin }
  }
  const admin = await (await person(['admin'])).begin()
  const atRest = () => until(async () => open === holding.length)
  return { a, b, holding, polling, person, admin, atRest }
}

type World = Awaited<ReturnType<typeof worldOn>>

/** Acts that end a session, and the answers that confirm them. */
const ENDS: Record<
  string,
  (world: World, at: World['a']) => Promise<{ ended: Started; end: () => Promise<number> }>
> = {
  async 'DELETE /sessions/:sid'({ person }, at) {
    const { begin } = await person()
    const [mine, ended] = [await begin(), await begin()]
    const end = async () => (await at.delete(`/sessions/${ended.sid}`, { bearer: mine.accessToken })).status
    return { ended, end }
  },
  async disable({ person, admin }, at) {
    const { user, begin } = await person()
    const ended = await begin()
    const end = async () =>
      (await at.post(`/admin/users/${user.id}/disable`, { bearer: admin.accessToken })).status
    return { ended, end }
  },
  async 'password change'({ person }, at) {
    const ended = await (await person()).begin()
    const json = { current: PASSWORD, next: 'another umbrella in the rain' }
    return {
      ended,
      end: async () => (await at.post('/password', { bearer: ended.accessToken, json })).status,
    }
  },
  async reuse({ person }, at) {
    const ended = await (await person()).begin()
    const { body } = await at.refresh(ended.refreshToken)
    await at.refresh(body.refreshToken)
    return { ended, end: async () => (await at.refresh(ended.refreshToken)).status }
  },
}

async function measure(world: World) {
  const { a, b, holding, polling, atRest } = world
  const figures: Record<string, { held: number[]; polled: number[] }> = {}
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, prepare] of Object.entries(ENDS)) {
      const { ended, end } = await prepare(world, round % 2 ? a : b)
      for (const gateway of [...holding, ...polling])
        expect(await outcomeAt(gateway, ended.accessToken)).toBe('active')
      await atRest()
      expect([200, 204, 403]).toContain(await end())
      const [held, polled] = await Promise.all([
        refusedAfter(holding, ended.accessToken),
        refusedAfter(polling, ended.accessToken),
      ])
      figures[name] ??= { held: [], polled: [] }
      figures[name].held.push(held)
      figures[name].polled.push(polled)
    }
  return figures
}

/** Back-channel logout: the app's process takes the provider's word, and gateways ask the store that all share. */
async function backchannel({ store, close }: OpenStore) {
  onTestFinished(async () => void (await close()))
  const url = `sqlite:${join(temporaryDirectory(), 'auth.db')}`
  const clock = Object.assign(() => Date.now(), { advance: () => {} })
  const users = await openTestStore(url, 'its own')
  const server = await startServer({ store: users, clock })
  const { accessKeys } = server.settings
  const gateways = [1, 2].map(() =>
    createSessionGateway({
      remoteApi: server.url,
      keys: { secret: accessKeys.mode === 'shared' ? accessKeys.secret : '' },
      gatewaySecrets: [GATEWAY_SECRET],
      revocation: sharedEndings({ store, every: EVERY, polls: 'request' }).revocation,
    }),
  )
  const app = sharedEndings({ store })
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const user = aNewUser({ id: `person-${round}`, email: `person-${round}@example.com` })
    await users.users.create(user)
    const started = await startSession(servicesOver(users, clock), user, origin)
    if (!started) throw new Error('no session')
    const { accessToken } = started
    // The moment of a session's end is told in milliseconds, and that of its beginning in seconds.
    await new Promise((resolve) => setTimeout(resolve, 1000))
    // Each has just asked the store: the logout waits for the next time.
    for (const gateway of gateways) expect(await outcomeAt(gateway, accessToken)).toBe('active')
    await app.onBackchannelLogout({ sid: null, sub: user.id })
    times.push(await refusedAfter(gateways, accessToken))
  }
  return times
}

test('whatever ends a session, on each store: it is over at every gateway within a second, or `every` and 0.3 s', async () => {
  const servers: TestServer[] = []
  onTestFinished(async () => void (await Promise.all(servers.map((server) => server.stop()))))
  const start = async (given: string | undefined, begin: () => Promise<TestServer>) => {
    if (given) return given
    try {
      const server = await begin()
      servers.push(server)
      return server.url
    } catch (error) {
      console.log(`not measured: ${error instanceof Error ? error.message.split('\n')[0] : error}`)
      return null
    }
  }
  const places = {
    SQLite: `sqlite:${join(temporaryDirectory(), 'auth.db')}`,
    PostgreSQL: await start(process.env.TEST_POSTGRES_URL, startPostgres),
    Redis: await start(process.env.TEST_REDIS_URL, () => startRedis()),
  }
  const logouts = [
    { name: 'memory', open: async () => sharedInMemory() },
    { name: 'PostgreSQL', open: async () => places.PostgreSQL && sharedOnPostgres(places.PostgreSQL) },
    { name: 'Redis', open: async () => places.Redis && sharedOnRedis(places.Redis) },
  ]
  const measuring = Object.entries(places).map(async ([name, url]) => ({
    name,
    figures: url && (await measure(await worldOn(url))),
  }))
  const loggingOut = logouts.map(async ({ name, open }) => {
    const store = await open()
    return { name, times: store && (await backchannel(store)) }
  })
  const [measured, loggedOut] = await Promise.all([Promise.all(measuring), Promise.all(loggingOut)])
  for (const { name, figures } of measured) {
    if (!figures) continue
    for (const [reason, { held, polled }] of Object.entries(figures)) {
      console.log(`${name}, ${reason}: ${told(held)} with a call held open, ${told(polled)} with polls`)
      expect(p99(held), `${name}, ${reason}`).toBeLessThanOrEqual(1000)
      expect(p99(polled), `${name}, ${reason}`).toBeLessThanOrEqual(EVERY + 300)
    }
  }
  for (const { name, times } of loggedOut) {
    if (!times) continue
    console.log(`back-channel logout, shared in ${name}: ${told(times)} with polls`)
    expect(p99(times), name).toBeLessThanOrEqual(EVERY + 300)
  }
}, 900_000)
