import { describe, expect, it } from 'vitest'
import { manualClock } from '../../testing/harness.ts'
import { startMailing } from '../../testing/mails.ts'
import { eachStoreKind, openTestStore } from '../../testing/stores.ts'

describe.each(eachStoreKind)('a link to set a new password over %s', (_title, kind) => {
  it.skipIf(kind.missing)(
    'that is used many times at the same moment, on two servers, sets one password, and ends every session',
    async () => {
      const url = await kind.place()
      const clock = manualClock()
      const first = await startMailing({ store: await openTestStore(url, clock), clock })
      const second = await startMailing({ store: await openTestStore(url, clock), clock })
      const ada = await first.newcomer()
      await first.post('/password/forgot', { json: { email: ada.email } })
      const reset = await first.tokenTo(ada.email)
      const passwords = Array.from({ length: 8 }, (_, i) => `horse number ${i} of them`)
      const replies = await Promise.all(
        passwords.map((password, i) =>
          (i % 2 ? second : first).post('/password/reset', { json: { token: reset, password } }),
        ),
      )
      expect(replies.map(({ status }) => status).sort()).toEqual([204, ...Array(7).fill(400)])
      const won = passwords[replies.findIndex(({ status }) => status === 204)]
      for (const password of passwords)
        expect((await second.post('/login', { json: { email: ada.email, password } })).status).toBe(
          password === won ? 200 : 401,
        )
      expect((await second.refresh(ada.refreshToken)).body.error).toBe('session_revoked')
    },
  )
})
