import { expect, it, onTestFinished } from 'vitest'
import { aNewSession, aNewUser, aUser, manualClock } from '../../testing/harness.ts'
import { linkTo } from '../../testing/link.ts'
import { ask, startRedis } from '../../testing/redis-server.ts'
import { openTestStore, storeKind } from '../../testing/stores.ts'
import { parseStoreUrl, type RedisAddress } from '../address.ts'
import type { Store } from '../store.ts'
import { connectRedis, type RedisCommands } from './connection.ts'
import { redisEndings } from './endings.ts'
import { openRedis } from './redis.ts'
import { redisSessions } from './sessions.ts'
import { redisUsers } from './users.ts'

const clock = manualClock()
const HOUR = 3_600_000
const { missing, place } = storeKind('Redis')
const withServer = it.skipIf(missing)
// Where a cluster can be started, a server of one's own can.
const withOwnServer = it.skipIf(storeKind('Redis Cluster').missing)

/** An empty store, and a way to its keys behind its back. */
async function withKeys(clock = manualClock()) {
  const url = await place()
  const [server = '', prefix = ''] = url.split('?prefix=')
  const send = (command: string, key: string, ...rest: string[]) =>
    ask(server, [command, `${prefix}:${key}`, ...rest])
  return { url, store: await openTestStore(url, clock), send }
}

async function ownServer() {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  return server
}

withServer('forgets a session an hour after its idle limit, whatever the clocks say', async () => {
  const { store, send } = await withKeys()
  const life = async () => Number(await send('PTTL', 'session:{session-1}'))
  await store.users.create(aNewUser())
  await store.sessions.create(aNewSession())
  expect(await life()).toBeGreaterThan(2 * HOUR - 5_000)
  expect(await life()).toBeLessThanOrEqual(2 * HOUR)
  const origin = { address: '', userAgent: '' }
  await store.sessions.advance('session-1', { from: 0, to: 1, idleTtl: 5 * HOUR, ...origin })
  expect(await life()).toBeGreaterThan(6 * HOUR - 5_000)
  await store.sessions.revoke('session-1', 'signed-out')
  expect(await life()).toBeGreaterThan(6 * HOUR - 5_000)
})

withServer('keeps the list of sessions for as long as any of them may live', async () => {
  const { store, send } = await withKeys()
  const life = async () => Number(await send('PTTL', 'sessions-of:{user-1}'))
  await store.users.create(aNewUser())
  await store.sessions.create(aNewSession())
  await store.sessions.create(aNewSession({ sid: 'short', maxAge: HOUR }))
  expect(await life()).toBeGreaterThan(25 * HOUR - 5_000)
})

withServer(
  'tidies the list of sessions when it is read, but for one that may be about to be written',
  async () => {
    const clock = manualClock()
    const { store, send } = await withKeys(clock)
    await store.users.create(aNewUser())
    await store.sessions.create(aNewSession({ sid: 'old' }))
    clock.advance(2 * HOUR)
    await store.sessions.create(aNewSession({ sid: 'young' }))
    await send('DEL', 'session:{old}')
    await send('DEL', 'session:{young}')
    expect(await store.sessions.listLive('user-1')).toEqual([])
    expect(await send('ZRANGE', 'sessions-of:{user-1}', '0', '-1')).toEqual(['young'])
  },
)

withServer('takes no notice of what a registration left that was cut off', async () => {
  const { store, send } = await withKeys()
  await send('SET', 'email-of:{user-0}', 'ada@example.com')
  expect(await store.users.findById('user-0')).toBeUndefined()
  expect(await store.users.create(aNewUser())).toBe('created')
  expect(await store.users.findById('user-0')).toBeUndefined()
  expect(await store.users.replacePasswordHash('user-0', 'none', 'x')).toBe(false)
  expect(await store.users.findById('user-1')).toEqual(aUser())
})

const endings: [string, (store: Store) => Promise<unknown>][] = [
  ['disables the user', (store) => store.users.disable('user-1')],
  [
    'changes the password',
    async (store) => {
      await store.users.replacePasswordHash('user-1', 'none', 'newer')
      await store.sessions.revokeAll('user-1', 'password-changed')
    },
  ],
]

withServer.each(endings)(
  'leaves no session when somebody %s between any two steps of its beginning',
  async (_title, end) => {
    for (let moment = 0, steps = 1; moment < steps; moment++) {
      const { url, store } = await withKeys()
      await store.users.create(aNewUser())
      const address = parseStoreUrl(url) as RedisAddress
      const connection = await connectRedis(address)
      onTestFinished(() => connection.close())
      let step = 0
      const commands = new Proxy(connection.commands, {
        get:
          (target, name: keyof RedisCommands) =>
          async (...args: never[]) => {
            if (step++ === moment) await end(store)
            return await (target[name] as (...args: never[]) => unknown)(...args)
          },
      })
      const database = { commands: () => commands, prefix: address.prefix, clock }
      const findUser = (id: string) =>
        redisUsers(database, { ...store.sessions, ...store.factors }).findById(id)
      const sessions = redisSessions(database, findUser, redisEndings(database, connection.subscribe))
      await sessions.create(aNewSession())
      // Past its last step: the session is there, and ends with the others.
      if (step <= moment) await end(store)
      steps = Math.max(steps, step)
      expect(await store.sessions.listLive('user-1'), `step ${moment}`).toEqual([])
    }
  },
)

withServer('goes on when the server has forgotten its scripts', async () => {
  const { url, store } = await withKeys()
  await store.users.create(aNewUser())
  await store.sessions.create(aNewSession())
  await ask(url.split('?')[0] ?? '', ['SCRIPT', 'FLUSH'])
  expect(await store.sessions.revoke('session-1', 'signed-out')).toBe(true)
})

withServer('refuses a store of a newer version in one sentence', async () => {
  const { url, send } = await withKeys()
  await send('SET', 'schema', '99')
  await expect(openTestStore(url)).rejects.toThrow(
    /^The store \S+ cannot be used: schema 99 is newer [^\n]+\.$/,
  )
})

withServer('waits at its start for a server that comes a moment later', async () => {
  const link = await linkTo(await place())
  link.cut()
  const opening = openTestStore(link.url)
  setTimeout(() => void link.restore(), 300)
  await (await opening).ping()
})

withOwnServer(
  'follows the name of the server to the new primary when the old one has become a replica',
  async () => {
    const [first, second] = [await ownServer(), await ownServer()]
    const link = await linkTo(first.url)
    const store = await openTestStore(link.url, clock)
    await link.restore(second.url)
    await ask(first.url, ['REPLICAOF', '127.0.0.1', String(second.port)])
    await expect(store.ping()).rejects.toThrow(/is read-only: a replica/)
    await expect.poll(() => store.ping().then(() => 'up'), { timeout: 5_000 }).toBe('up')
  },
)

withOwnServer('says in one sentence what is wrong, without the password', async () => {
  const { url, port } = await ownServer()
  const refusal = async (text: string) => {
    const address = parseStoreUrl(text) as RedisAddress
    const error = await openRedis({ address, name: 'redis://db', clock, startPatience: 0 }).catch(
      (reason) => reason,
    )
    expect(error).toMatchObject({ code: 'store_unavailable' })
    expect(error.message).toMatch(/^The store redis:\/\/db [^\n]+\.$/)
    expect(error.message).not.toContain('pa55word')
    return error.message
  }
  expect(await refusal(`redis://eve:pa55word@127.0.0.1:${port}`)).toMatch(/refuses the password/)
  expect(await refusal(`redis://127.0.0.1:${port}/9999`)).toMatch(/does not have a database/)
  expect(await refusal(`redis+cluster://127.0.0.1:${port}`)).toMatch(/is not a cluster/)
  expect(await refusal('redis://eve:pa55word@127.0.0.1:1')).toMatch(/nothing listens there/)
  expect(await refusal('redis+cluster://eve:pa55word@127.0.0.1:1')).toMatch(/cannot be reached/)
  expect(await refusal('redis://nowhere.invalid')).toMatch(/host/)
  await ask(url, ['CONFIG', 'SET', 'maxmemory', '1'])
  expect(await refusal(url)).toMatch(/is full/)
})
