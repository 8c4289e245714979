import { describe, expect, it } from 'vitest'
import { aNewUser, manualClock, servicesOver } from '../testing/harness.ts'
import { tableOfUsers } from '../testing/host.ts'
import { eachStoreKind, openTestStore } from '../testing/stores.ts'
import { interleavings, takeTurns } from '../testing/turns.ts'
import { startSession } from '../tokens/session.ts'
import { requestUsers, storeForUsers } from './app-users.ts'

describe.each(eachStoreKind)('with sessions on %s and users elsewhere', (_title, kind) => {
  it.skipIf(kind.missing)(
    'a sign-in with the old password leaves no session, in whatever order a password change meets it',
    async () => {
      const clock = manualClock()
      const store = await openTestStore(await kind.place(), clock)
      const { users, rows, change } = await tableOfUsers()
      const passwordHash = rows.get('7')?.passwordHash ?? ''
      const user = aNewUser({ id: '7', passwordHash })

      // A sign-in stores and looks; a password change writes and ends.
      const outcomes = new Set<string>()
      for (const order of interleavings('sign-in', 2, 'change', 2)) {
        change('7', { passwordHash })
        const turns = takeTurns(order)
        const [signingIn, changing] = ['sign-in', 'change'].map((party) => {
          const view = turns.viewOf(party, { ...store, users: requestUsers(users) })
          return storeForUsers(view, view.users)
        })
        if (!signingIn || !changing) throw new Error('nobody')
        const signIn = async () => {
          const origin = { address: '192.0.2.1', userAgent: 'test' }
          const begun = await startSession(servicesOver(signingIn, clock), user, origin)
          turns.finished('sign-in')
          return begun
        }
        const changePassword = async () => {
          await changing.users.replacePasswordHash('7', passwordHash, 'another')
          await changing.sessions.revokeAll('7', 'password-changed')
          turns.finished('change')
        }
        const [begun] = await Promise.all([signIn(), changePassword()])
        outcomes.add(begun ? 'ended' : 'refused')
        expect(await store.sessions.listLive('7'), order.join()).toEqual([])
      }
      expect(outcomes).toEqual(new Set(['ended', 'refused']))
    },
  )
})
