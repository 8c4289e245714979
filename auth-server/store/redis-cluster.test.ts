import { expect, it, onTestFinished } from 'vitest'
import { aSession, aUser, manualClock } from '../testing/harness.ts'
import { ask, startRedisCluster } from '../testing/redis-server.ts'
import { openTestStore, storeKinds } from '../testing/stores.ts'

const clock = manualClock()
const kind = storeKinds.find(({ name }) => name === 'Redis Cluster')
const sids = Array.from({ length: 30 }, (_, i) => `session-${i}`)

it.skipIf(kind?.missing)(
  'spreads over three nodes, says so when one is lost, and goes on when it is back',
  {
    timeout: 60_000,
  },
  async () => {
    const cluster = await startRedisCluster()
    onTestFinished(() => cluster.stop())
    const store = await openTestStore(cluster.url, clock)
    await store.users.create(aUser())
    for (const sid of sids) await store.sessions.create(aSession({ sid }))
    for (const node of cluster.nodes) expect(Number(await ask(node.url, 'DBSIZE'))).toBeGreaterThan(5)

    const [lost] = cluster.nodes
    lost?.pause()
    const outcomes = await Promise.allSettled(sids.map((sid) => store.sessions.find(sid)))
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(failures.length).toBeGreaterThan(5)
    for (const { reason } of failures) expect(reason).toMatchObject({ code: 'store_unavailable' })

    lost?.resume()
    const all = () => Promise.all(sids.map((sid) => store.sessions.find(sid))).then((found) => found.length)
    await expect
      .poll(() => all().catch((error: Error) => error.message), { timeout: 20_000 })
      .toBe(sids.length)
    expect(await store.sessions.revokeAll('user-1', 'signed-out', clock())).toBe(sids.length)
  },
)
