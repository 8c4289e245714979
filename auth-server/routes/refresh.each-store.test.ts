import { describe, expect, it } from 'vitest'
import { manualClock, startServer } from '../testing/harness.ts'
import { eachStoreAndCluster, openTestStore } from '../testing/stores.ts'

describe.each(eachStoreAndCluster)('on %s', (_title, kind) => {
  it.skipIf(kind.missing)(
    'any number at the same time make one rotation and get equal refresh tokens, on two servers over one store',
    async () => {
      const url = await kind.place()
      const clock = manualClock()
      const start = async () => startServer({ store: await openTestStore(url, clock), clock })
      const servers = [await start(), await start()] as const
      const { refreshToken } = await servers[0].newcomer()
      const replies = await Promise.all(
        Array.from({ length: 50 }, (_, i) => servers[i % 2 ? 1 : 0].refresh(refreshToken)),
      )
      expect(replies.map(({ status }) => status)).toEqual(Array(50).fill(200))
      expect(new Set(replies.map(({ body }) => body.refreshToken)).size).toBe(1)
      expect(await servers[1].store.sessions.find(refreshToken.split('.')[1] ?? '')).toMatchObject({
        session: { generation: 1 },
      })
      for (const { body } of replies) expect(body.expiresIn).toBe(900)
    },
  )
})
