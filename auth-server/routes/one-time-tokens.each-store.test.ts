import { describe, expect, it } from 'vitest'
import type { Reply } from '../testing/client.ts'
import { openWorld, tokenKinds } from '../testing/one-time-tokens.ts'
import { eachStoreKind } from '../testing/stores.ts'

const isTaken = ({ status }: Reply) => status < 300

describe.each(eachStoreKind)('over %s', (_store, store) => {
  it.skipIf(store.missing).for(tokenKinds)(
    'ASVS 6.5.1, 6.5.5: %s is taken once of many times at once, in time, for its purpose, from its person',
    async ([, kind]) => {
      const world = await openWorld(await store.place())
      const { clock, server, servers } = world
      const { life } = kind
      const [status, ...errors] = kind.refused
      const expectRefusal = (reply: Reply) => {
        expect(reply.status).toBe(status)
        expect(errors).toContain(reply.body.error)
        expect(reply.setCookies).toEqual([])
      }

      const token = await kind.make(world)
      for (const tries of [token.elsewhere, token.byAnother])
        for (const [way, [error, attempt]] of Object.entries(tries)) {
          const { status, body, setCookies } = await attempt()
          expect([status >= 400, body.error, setCookies], way).toEqual([true, error, []])
        }
      // It was good all the while.
      const replies = await Promise.all(
        Array.from({ length: 8 }, (_, i) => token.use(servers[i % 2 ? 1 : 0], i)),
      )
      expect(replies.filter(isTaken)).toHaveLength(1)
      for (const reply of replies) if (!isTaken(reply)) expectRefusal(reply)
      for (const i of [8, 9]) expectRefusal(await token.use(server, i))

      const late = await kind.make(world)
      if (life === undefined) await late.end?.()
      else clock.advance(life)
      expectRefusal(await late.use(server, 0))
      if (life === undefined) return
      const inTime = await kind.make(world)
      clock.advance(life - 1)
      expect((await inTime.use(server, 0)).status).toBeLessThan(300)
    },
  )
})
