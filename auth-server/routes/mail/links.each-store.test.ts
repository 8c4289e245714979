import { describe, expect, it } from 'vitest'
import { manualClock } from '../../testing/harness.ts'
import { startMailing } from '../../testing/mails.ts'
import { eachStoreKind, openTestStore } from '../../testing/stores.ts'

describe.each(eachStoreKind)('links over %s', (_title, kind) => {
  it.skipIf(kind.missing)(
    'that are used many times at the same moment, on two servers, are used once',
    async () => {
      const url = await kind.place()
      const clock = manualClock()
      const first = await startMailing({ store: await openTestStore(url, clock), clock })
      const second = await startMailing({ store: await openTestStore(url, clock), clock })
      const ada = await first.newcomer()
      const eight = (call: (server: typeof first, i: number) => Promise<{ status: number }>) =>
        Promise.all(Array.from({ length: 8 }, (_, i) => call(i % 2 ? second : first, i)))
      const once = (replies: { status: number }[]) =>
        expect(replies.map(({ status }) => status).sort()).toEqual([204, ...Array(7).fill(400)])

      const verification = await first.tokenTo(ada.email)
      once(await eight((server) => server.post('/email/verify', { json: { token: verification } })))

      await first.post('/email/change', { bearer: ada.accessToken, json: { email: 'new@example.com' } })
      const change = await first.tokenTo('new@example.com')
      once(await eight((server) => server.post('/email/change/confirm', { json: { token: change } })))

      await first.post('/password/forgot', { json: { email: 'new@example.com' } })
      const reset = await first.tokenTo('new@example.com')
      const passwords = Array.from({ length: 8 }, (_, i) => `horse number ${i} of them`)
      const replies = await eight((server, i) =>
        server.post('/password/reset', { json: { token: reset, password: passwords[i] } }),
      )
      once(replies)
      const won = passwords[replies.findIndex(({ status }) => status === 204)]
      for (const password of passwords)
        expect((await second.post('/login', { json: { email: 'new@example.com', password } })).status).toBe(
          password === won ? 200 : 401,
        )
      expect((await second.refresh(ada.refreshToken)).body.error).toBe('session_revoked')
    },
  )
})
