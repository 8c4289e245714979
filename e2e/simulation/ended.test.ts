import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { endedFeed } from 'evergate/ended'
import { createSessionGateway } from 'evergate/gateway'
import { expect, onTestFinished, test } from 'vitest'
import { aNewUser, servicesOver, startServer, temporaryDirectory } from '../../auth-server/testing/harness.ts'
import { openTestStore } from '../../auth-server/testing/stores.ts'
import { startSession } from '../../auth-server/tokens/session.ts'

const FEED_SECRET = 'a-secret-of-the-feed-of-the-tests-0123456789'
const GATEWAY_SECRET = 'a gateway secret of the tests 0123456789'
const origin = { address: '192.0.2.1', userAgent: 'test' }

/** Two auth servers on one store, and a gateway in front of each. */
async function world() {
  const url = process.env.TEST_REDIS_URL ?? `sqlite:${join(temporaryDirectory(), 'auth.db')}`
  const clock = Object.assign(() => Date.now(), { advance: () => {} })
  const environment = { FEED_SECRET }
  const stores = [await openTestStore(url, 'its own'), await openTestStore(url, 'its own')] as const
  const servers = await Promise.all(stores.map((store) => startServer({ store, clock, environment })))
  const calls: string[] = []
  let open = 0
  const closing = new AbortController()
  onTestFinished(() => closing.abort())
  const gateways = servers.map((server) =>
    createSessionGateway({
      remoteApi: server.url,
      keys: { secret: server.settings.accessKeys.mode === 'shared' ? server.settings.accessKeys.secret : '' },
      gatewaySecrets: [GATEWAY_SECRET],
      revocation: endedFeed({
        url: `${server.url}/ended`,
        secret: FEED_SECRET,
        fetch: async (address, init) => {
          calls.push(address)
          if (closing.signal.aborted) return new Promise(() => {})
          open += 1
          try {
            const signal = AbortSignal.any([closing.signal, init.signal as AbortSignal])
            return await fetch(address, { ...init, signal })
          } finally {
            open -= 1
          }
        },
      }),
    }),
  )
  const services = servicesOver(stores[0], clock, environment)
  const user = aNewUser({ passwordHash: 'none' })
  await stores[0].users.create(user)
  const begin = async () => {
    const started = await startSession(services, user, origin)
    if (!started) throw new Error('no session')
    return started
  }
  const outcomeAt = async (gateway: (typeof gateways)[number], accessToken: string) => {
    const headers = { host: 'app.test', accept: 'text/html', cookie: `accessToken=${accessToken}` }
    return (await gateway.handle(new Request('http://app.test/page', { headers }))).outcome
  }
  /** Each gateway has a call open, which is how they are but for a moment after something has ended. */
  const atRest = () => until(async () => open === gateways.length)
  return { servers, gateways, begin, outcomeAt, calls, atRest }
}

const until = async (check: () => Promise<boolean>) => {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 2))
}

const percentile = (values: readonly number[], part: number) =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? Number.NaN

test('a session that is ended at one auth server is over at every gateway within a second of the 204', async () => {
  const { servers, gateways, begin, outcomeAt, calls, atRest } = await world()
  const mine = await begin()
  for (const gateway of gateways) expect(await outcomeAt(gateway, mine.accessToken)).toBe('active')
  const startedAt = performance.now()
  const measure = async (round: number) => {
    const other = await begin()
    for (const gateway of gateways) expect(await outcomeAt(gateway, other.accessToken)).toBe('active')
    const server = servers[round % servers.length]
    const { status } = (await server?.delete(`/sessions/${other.sid}`, { bearer: mine.accessToken })) ?? {}
    const answeredAt = performance.now()
    expect(status).toBe(204)
    await Promise.all(
      gateways.map((gateway) => until(async () => (await outcomeAt(gateway, other.accessToken)) === 'ended')),
    )
    const milliseconds = performance.now() - answeredAt
    for (const gateway of gateways) expect(await outcomeAt(gateway, mine.accessToken)).toBe('active')
    return milliseconds
  }
  const atRestTimes: number[] = []
  const times: number[] = []
  for (let round = 0; round < 6; round += 1) {
    await atRest()
    atRestTimes.push(await measure(round))
  }
  // One right after the other: the feed is asked no more than once in `every`.
  for (let round = 0; round < 4; round += 1) times.push(await measure(round))
  const seconds = (performance.now() - startedAt) / 1000
  const figures = (list: readonly number[]) =>
    [0.5, 0.99].map((part) => `p${part * 100} ${percentile(list, part).toFixed(0)} ms`).join(', ')
  console.log(
    `from the 204 to the first refusal at every gateway: ${figures(atRestTimes)}; one right after the other: ${figures(times)}; ${calls.length} calls of the feed in ${seconds.toFixed(1)} s at ${gateways.length} gateways`,
  )
  expect(percentile(atRestTimes, 0.99)).toBeLessThanOrEqual(1000)
  // A whole `every` and the way there, at worst.
  expect(percentile(times, 0.99)).toBeLessThanOrEqual(1300)
  // One in `every`, less its jitter, and the first two of each gateway.
  expect(calls.length / gateways.length).toBeLessThanOrEqual(seconds / 0.8 + 2)
})

test('100,000 sessions that have ended cost a gateway little memory, and are known soon', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    'e2e/simulation/ended-memory.ts',
  ])
  console.log(stdout)
  expect(Number(/: ([\d.]+) MB in memory/.exec(stdout)?.[1])).toBeLessThan(30)
  expect(Number(/\(([\d.]+) MB packed\)/.exec(stdout)?.[1])).toBeLessThan(4)
})
