import { describe, expect, it } from 'vitest'
import type { Renewal, Store } from '../store/store.ts'
import { aNewSession, aNewUser, manualClock } from '../testing/harness.ts'
import { eachStoreAndCluster, openTestStore } from '../testing/stores.ts'
import { decide } from './rotation.ts'

/*
 * `decide` is the authority. In every state of a session and its user the one round trip does what the decision says, or nothing: the short
 * way and the long way agree.
 */

const LIFE = 600_000
const MAX_AGE = 900_000
const presented = { idleTtl: LIFE, address: '198.51.100.7', userAgent: 'other' }

const ages = {
  'just rotated': 0,
  'past the grace': 31_000,
  'at its idle limit': LIFE,
  'past its idle limit': LIFE + 1,
}
const ends = { live: undefined, revoked: 'signed-out' } as const
const people = {
  enabled: () => undefined,
  'whose roles have changed': (store: Store, id: string) => store.users.setRoles(id, ['admin']),
  'whose address has changed': (store: Store, id: string) =>
    store.users.changeEmail(id, `${id}@example.com`, `new-${id}@example.com`),
  disabled: (store: Store, id: string) => store.users.disable(id),
  'who is gone': (store: Store, id: string) => store.users.delete(id),
}
const GENERATION = 3

describe.each(eachStoreAndCluster)('on %s', (_title, kind) => {
  it.skipIf(kind.missing)('one round trip does what the decision says, in every state', async () => {
    const clock = manualClock()
    const url = await kind.place()
    const [store, other] = [await openTestStore(url, clock), await openTestStore(url, clock)]
    let count = 0

    for (const [person, change] of Object.entries(people))
      for (const [end, reason] of Object.entries(ends))
        for (const [age, ms] of Object.entries(ages))
          for (const generation of reason ? [GENERATION] : [0, GENERATION - 1, GENERATION, GENERATION + 1]) {
            const label = `${person}, ${end}, ${age}, presents ${generation}`
            const id = `user-${count++}`
            const sid = `session-${count}`
            await store.users.create(aNewUser({ id, email: `${id}@example.com` }))
            await store.sessions.create(aNewSession({ sid, userId: id, idleTtl: LIFE, maxAge: MAX_AGE }))
            const step = { ...presented, from: 0, to: GENERATION }
            await store.sessions.advance(sid, step)
            if (reason) await store.sessions.revoke(sid, reason)
            await change(store, id)
            clock.advance(ms)

            // The long way, in two calls that change nothing.
            const before = await other.sessions.find(sid)
            const user = await other.users.findById(id)
            if (!before) throw new Error(label)
            const decision = decide(generation, before.session, before.now, 30)
            const mayMove = decision.kind === 'rotate' && user?.disabledAt === null

            const renewal = (await other.sessions.renew(sid, { ...presented, generation })) as Renewal
            expect(renewal.moved, label).toBe(mayMove)
            expect(renewal.now, label).toBe(before.now)
            expect(decide(generation, renewal.session, renewal.now, 30).kind, label).toBe(
              mayMove ? 'replay' : decision.kind,
            )
            // A user who must not renew is not handed out. Every other one is, as they are now.
            if (user?.disabledAt === null && decision.kind !== 'dead') {
              const { email, name, roles } = user
              expect(renewal.user, label).toEqual({ id, email, name, roles })
            } else if (user?.disabledAt !== null) expect(renewal.user, label).toBeUndefined()
            const { session, now } = before
            const after = mayMove
              ? {
                  ...session,
                  ...{ address: presented.address, userAgent: presented.userAgent },
                  generation: generation + 1,
                  rotatedAt: now,
                  lastSeenAt: now,
                  idleExpiresAt: Math.min(now + LIFE, session.absoluteExpiresAt),
                }
              : session
            expect(renewal.session, label).toEqual(after)
            expect((await store.sessions.find(sid))?.session, label).toEqual(after)
          }
    expect(await store.sessions.renew('unknown', { ...presented, generation: 0 })).toBeUndefined()
  })

  it.skipIf(kind.missing)(
    'of many at the same time one moves the session, and each has it as it is then',
    async () => {
      const clock = manualClock()
      const url = await kind.place()
      const [store, other] = [await openTestStore(url, clock), await openTestStore(url, clock)]
      await store.users.create(aNewUser())
      await store.sessions.create(aNewSession())
      for (let generation = 0; generation < 5; generation++) {
        const renewals = await Promise.all(
          Array.from({ length: 30 }, (_, i) =>
            (i % 2 ? store : other).sessions.renew('session-1', { ...presented, generation }),
          ),
        )
        expect(renewals.filter((renewal) => renewal?.moved)).toHaveLength(1)
        for (const renewal of renewals)
          expect(renewal).toMatchObject({ session: { generation: generation + 1 }, user: { id: 'user-1' } })
      }
    },
  )

  it.skipIf(kind.missing)(
    'of many sessions at the same time each does what is decided for it alone',
    async () => {
      const url = await kind.place()
      const store = await openTestStore(url, manualClock())
      const cases = Object.entries(people).flatMap(([person, change]) =>
        Object.entries(ends).flatMap(([end, reason]) =>
          [GENERATION - 1, GENERATION, GENERATION + 1].map((generation) => ({
            ...{ change, reason, generation },
            label: `${person}, ${end}, presents ${generation}`,
          })),
        ),
      )
      for (const [i, { change, reason }] of cases.entries()) {
        await store.users.create(aNewUser({ id: `user-${i}`, email: `user-${i}@example.com` }))
        await store.sessions.create(aNewSession({ sid: `session-${i}`, userId: `user-${i}` }))
        await store.sessions.advance(`session-${i}`, { ...presented, from: 0, to: GENERATION })
        if (reason) await store.sessions.revoke(`session-${i}`, reason)
        await change(store, `user-${i}`)
      }

      const renewals = await Promise.all([
        ...cases.map(({ generation }, i) =>
          store.sessions.renew(`session-${i}`, { ...presented, generation, address: `192.0.2.${i}` }),
        ),
        store.sessions.renew('unknown', { ...presented, generation: GENERATION }),
      ])
      expect(renewals.pop()).toBeUndefined()
      for (const [i, { generation, reason, label }] of cases.entries()) {
        const user = await store.users.findById(`user-${i}`)
        const mayMove = generation === GENERATION && reason === undefined && user?.disabledAt === null
        expect(renewals[i], label).toMatchObject({
          moved: mayMove,
          session: { sid: `session-${i}`, generation: GENERATION + (mayMove ? 1 : 0) },
        })
        if (mayMove)
          expect(renewals[i], label).toMatchObject({
            session: { address: `192.0.2.${i}` },
            user: { id: user.id, email: user.email, roles: user.roles },
          })
        expect((await store.sessions.find(`session-${i}`))?.session, label).toEqual(renewals[i]?.session)
      }
    },
  )
})
