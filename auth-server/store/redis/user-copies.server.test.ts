import { expect, it, onTestFinished } from 'vitest'
import { aNewSession, aNewUser, manualClock } from '../../testing/harness.ts'
import { openTestStore, storeKind } from '../../testing/stores.ts'
import { parseStoreUrl, type RedisAddress } from '../address.ts'
import type { Store, UserStore } from '../store.ts'
import { connectRedis, type RedisCommands } from './connection.ts'
import { redisUsers } from './users.ts'

const presented = { idleTtl: 100 * 3_600_000, address: '', userAgent: '' }
const { missing, place } = storeKind('Redis')

const changes: [string, (users: UserStore) => Promise<unknown>][] = [
  ['gives the user other roles', (users) => users.setRoles('user-1', ['admin'])],
  [
    'moves the user to another address',
    (users) => users.changeEmail('user-1', 'ada@example.com', 'new@example.com'),
  ],
  ['disables the user', (users) => users.disable('user-1')],
  ['deletes the user', (users) => users.delete('user-1')],
]

/** The user who may renew, as renewals hand them out; undefined when there is none. */
async function renewingUser(store: Store) {
  const user = await store.users.findById('user-1')
  if (user?.disabledAt !== null) return undefined
  const { id, email, name, roles } = user
  return { id, email, name, roles }
}

/** A renewal never goes by a copy that is older than the user. */
async function expectTrue(store: Store, label: string) {
  const { session } = (await store.sessions.find('session-1')) ?? {}
  if (!session) throw new Error(label)
  const renewal = await store.sessions.renew('session-1', { ...presented, generation: session.generation })
  const user = await renewingUser(store)
  expect(renewal?.user, label).toEqual(session.revokedAt === null ? user : undefined)
  if (!user) expect(renewal?.moved, label).toBe(false)
}

/** A user, their session, and the users as a process sees them that does something before each of its steps. */
async function world(before: (step: number, store: Store) => Promise<void>) {
  const url = await place()
  const store = await openTestStore(url, manualClock())
  await store.users.create(aNewUser())
  await store.sessions.create(aNewSession())
  const address = parseStoreUrl(url) as RedisAddress
  const connection = await connectRedis(address)
  onTestFinished(() => connection.close())
  let steps = 0
  const commands = new Proxy(connection.commands, {
    get:
      (target, name: keyof RedisCommands) =>
      async (...args: never[]) => {
        await before(steps++, store)
        return await (target[name] as (...args: never[]) => unknown)(...args)
      },
  })
  const database = { commands: () => commands, prefix: address.prefix, clock: manualClock() }
  const users = redisUsers(database, { ...store.sessions, ...store.factors })
  return { store, users, steps: () => steps }
}

it.skipIf(missing).each(changes)(
  'no session renews by an old copy of its user when a process stops that %s',
  async (_title, change) => {
    for (let moment = 0, steps = 1; moment < steps; moment++) {
      const stopping = await world(async (step) => {
        if (step >= moment) throw new Error('stopped')
      })
      await change(stopping.users).catch(() => {})
      await expectTrue(stopping.store, `stopped before step ${moment}`)
      const whole = moment === 0 && (await world(async () => {}))
      if (whole) {
        await change(whole.users)
        steps = whole.steps()
      }
    }
  },
)

it.skipIf(missing).each(changes)(
  'and not when it renews between any two steps of a process that %s',
  async (_title, change) => {
    let renewals = 0
    const { store, users } = await world(async (_step, others) => {
      await expectTrue(others, 'between')
      renewals++
    })
    await change(users)
    expect(renewals).toBeGreaterThan(2)
    await expectTrue(store, 'afterwards')
  },
)

it.skipIf(missing)('a copy counts for a day', async () => {
  const clock = manualClock()
  const url = await place()
  const store = await openTestStore(url, clock)
  await store.users.create(aNewUser())
  await store.sessions.create(aNewSession({ maxAge: 1_000 * 3_600_000, idleTtl: 100 * 3_600_000 }))
  const address = parseStoreUrl(url) as RedisAddress
  const { commands, close } = await connectRedis(address)
  // Roles that the session was not told of, as after a failover that has lost it.
  await commands.eval("return redis.call('HSET', KEYS[1], 'roles', ARGV[1])", {
    keys: [`${address.prefix}:user:{ada@example.com}`],
    arguments: ['["admin"]'],
  })
  await close()
  const renew = (generation: number) => store.sessions.renew('session-1', { ...presented, generation })
  expect(await renew(0)).toMatchObject({ moved: true, user: { roles: ['user'] } })
  clock.advance(86_400_000)
  expect(await renew(1)).toMatchObject({ moved: true, user: { roles: ['admin'] } })
})
