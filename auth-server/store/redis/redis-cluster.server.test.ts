import { describe, expect, it, onTestFinished } from 'vitest'
import { aNewSession, aNewUser, manualClock } from '../../testing/harness.ts'
import { type RedisCluster, startRedisCluster } from '../../testing/redis-cluster.ts'
import { ask, type RedisServer } from '../../testing/redis-server.ts'
import { openTestStore, storeKind } from '../../testing/stores.ts'
import type { Store } from '../store.ts'

const clock = manualClock()
const sids = Array.from({ length: 30 }, (_, i) => `session-${i}`)

describe('a store on a cluster of three nodes', () => {
  const clustered = (title: string, run: (store: Store, cluster: RedisCluster) => Promise<void>) =>
    it.skipIf(storeKind('Redis Cluster').missing)(title, { timeout: 90_000 }, async () => {
      const cluster = await startRedisCluster()
      onTestFinished(() => cluster.stop())
      const store = await openTestStore(cluster.url, clock)
      await store.users.create(aNewUser())
      for (const sid of sids) await store.sessions.create(aNewSession({ sid }))
      await run(store, cluster)
    })

  /** Resolves when every session can be read, soon. */
  async function expectAllBack(store: Store): Promise<void> {
    const all = () => Promise.all(sids.map((sid) => store.sessions.find(sid))).then((found) => found.length)
    await expect
      .poll(() => all().catch((error: Error) => error.message), { timeout: 20_000 })
      .toBe(sids.length)
  }

  clustered('spreads, says so when one is lost, and goes on when it is back', async (store, { nodes }) => {
    for (const { url } of nodes) expect(Number(await ask(url, ['DBSIZE']))).toBeGreaterThan(5)

    const [lost] = nodes
    lost?.pause()
    const outcomes = await Promise.allSettled(sids.map((sid) => store.sessions.find(sid)))
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(failures.length).toBeGreaterThan(5)
    for (const { reason } of failures) expect(reason).toMatchObject({ code: 'store_unavailable' })

    lost?.resume()
    await expectAllBack(store)
    expect(await store.sessions.revokeAll('user-1', 'signed-out')).toBe(sids.length)
  })

  clustered(
    'follows a failover by itself, and finds every rotation that a replica had',
    async (store, cluster) => {
      const [primary] = cluster.nodes as [RedisServer]
      await cluster.addReplica(primary)
      const step = { from: 0, to: 1, idleTtl: 7_200_000, address: '', userAgent: '' }
      for (const sid of sids) expect(await store.sessions.advance(sid, step), sid).toBeDefined()
      await replicated(primary)

      primary.kill()
      await expectAllBack(store)
      for (const sid of sids)
        expect(await store.sessions.find(sid)).toMatchObject({ session: { generation: 1 } })
      const next = { ...step, from: 1, to: 2 }
      for (const sid of sids) expect(await store.sessions.advance(sid, next), sid).toBeDefined()
    },
  )
})

describe.each([3, 6])('on a cluster of %i nodes', (count) => {
  it.skipIf(storeKind('Redis Cluster').missing)(
    'a renewal is one command on one node, and each node has its share',
    { timeout: 90_000 },
    async () => {
      const cluster = await startRedisCluster(count)
      onTestFinished(() => cluster.stop())
      const store = await openTestStore(cluster.url, clock)
      await store.users.create(aNewUser())
      const many = Array.from({ length: 100 * count }, (_, i) => `session-${i}`)
      await Promise.all(many.map((sid) => store.sessions.create(aNewSession({ sid }))))
      const present = { idleTtl: 7_200_000, address: '', userAgent: '' }
      const renewAll = (generation: number) =>
        Promise.all(many.map((sid) => store.sessions.renew(sid, { ...present, generation })))
      // Every node knows the script then.
      await renewAll(0)
      for (const { url } of cluster.nodes) await ask(url, ['CONFIG', 'RESETSTAT'])
      expect((await renewAll(1)).every((renewal) => renewal?.moved)).toBe(true)

      const shares = await Promise.all(cluster.nodes.map(({ url }) => scriptsRun(url)))
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(many.length)
      for (const share of shares) expect(Math.abs(share - 100), String(shares)).toBeLessThan(30)
    },
  )
})

async function scriptsRun(url: string): Promise<number> {
  const statistics = String(await ask(url, ['INFO', 'commandstats']))
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(statistics)?.[1] ?? 0)
}

/** WAIT is about the connection's own last write, and so about every write before that. */
async function replicated({ url }: RedisServer): Promise<void> {
  const anyKey = String(await ask(url, ['RANDOMKEY']))
  expect(await ask(url, ['EXPIRE', anyKey, '100000'], ['WAIT', '1', '10000'])).toBe(1)
}
