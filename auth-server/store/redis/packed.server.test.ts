import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { aNewSession, aNewUser, aSession, manualClock } from '../../testing/harness.ts'
import { ask } from '../../testing/redis-server.ts'
import { openTestStore, storeKind } from '../../testing/stores.ts'
import type { Store } from '../store.ts'

const HOUR = 3_600_000
const { missing, place } = storeKind('Redis')
const withServer = it.skipIf(missing)
const PRESENTED = { generation: 3, idleTtl: 5 * HOUR, address: '192.0.2.9', userAgent: 'another' }

async function withKeys() {
  const url = await place()
  const [server = '', prefix = ''] = url.split('?prefix=')
  const send = (command: string, key: string, ...rest: string[]) =>
    ask(server, [command, `${prefix}:${key}`, ...rest])
  const store = await openTestStore(url)
  await store.users.create(aNewUser())
  return { store, send, usage: (key: string) => ask(server, ['MEMORY', 'USAGE', `${prefix}:${key}`]) }
}

const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
]

withServer.each(agents)(
  'a session takes 300 bytes at most, renewed and with its user: %s',
  async (userAgent) => {
    const { store, usage } = await withKeys()
    const id = () => randomBytes(16).toString('base64url')
    const user = aNewUser({ id: id(), email: 'ada.lovelace@mail.example.com', name: 'Ada King Lovelace' })
    await store.users.create({ ...user, roles: ['user', 'editor'] })
    const [sid, address] = [id(), '2001:db8:85a3:8d3:1319:8a2e:370:7348']
    const life = { idleTtl: 12 * HOUR, maxAge: 30 * 24 * HOUR }
    await store.sessions.create(aNewSession({ sid, userId: user.id, ...life, address, userAgent }))
    const renewal = await store.sessions.renew(sid, { generation: 0, idleTtl: 12 * HOUR, address, userAgent })
    expect(renewal).toMatchObject({ moved: true, session: { generation: 1, userAgent, address } })
    expect(await usage(`session:{${sid}}`)).toBeLessThanOrEqual(300)
  },
)

/** A session as the versions that kept a hash have left it. */
const OLD = Object.entries({
  generation: '3',
  createdAt: String(aSession().createdAt - HOUR),
  rotatedAt: String(aSession().rotatedAt - 60_000),
  lastSeenAt: String(aSession().lastSeenAt - 60_000),
  idleExpiresAt: String(aSession().idleExpiresAt),
  absoluteExpiresAt: String(aSession().absoluteExpiresAt),
  sid: 'session-1',
  userId: 'user-1',
  address: '192.0.2.1',
  userAgent: agents[0] ?? '',
  user: `${aSession().createdAt} {"email":"ada@example.com","name":"Ada","roles":["old"]}`,
})

const AS_READ = aSession({
  generation: 3,
  createdAt: aSession().createdAt - HOUR,
  rotatedAt: aSession().rotatedAt - 60_000,
  lastSeenAt: aSession().lastSeenAt - 60_000,
  userAgent: agents[0] ?? '',
})

async function withHash(...more: [string, string][]) {
  const place = await withKeys()
  await place.send('HSET', 'session:{session-1}', ...[...OLD, ...more].flat())
  await place.send('PEXPIRE', 'session:{session-1}', String(9 * HOUR))
  await place.send('ZADD', 'sessions-of:{user-1}', String(aSession().createdAt), 'session-1')
  return { ...place, type: () => place.send('TYPE', 'session:{session-1}') }
}

withServer('a session that an older version left as a hash is read, and stays as it is', async () => {
  const { store, type } = await withHash()
  expect(await store.sessions.find('session-1')).toMatchObject({ session: AS_READ })
  expect(await store.sessions.listLive('user-1')).toEqual([AS_READ])
  expect(await type()).toBe('hash')
})

withServer('it is renewed with its user as they are now, and is a string then', async () => {
  const { store, type } = await withHash()
  const renewal = await store.sessions.renew('session-1', PRESENTED)
  expect(renewal).toMatchObject({ moved: true, user: { roles: ['user'] }, session: { generation: 4 } })
  expect(await type()).toBe('string')
  const next = await store.sessions.renew('session-1', { ...PRESENTED, generation: 4 })
  expect(next).toMatchObject({ moved: true, session: { createdAt: AS_READ.createdAt, generation: 5 } })
})

const writes: [string, (store: Store) => Promise<unknown>, object][] = [
  [
    'is moved on',
    ({ sessions }) => sessions.advance('session-1', { ...PRESENTED, from: 3, to: 4 }),
    { generation: 4, userAgent: 'another' },
  ],
  [
    'is bound',
    ({ sessions }) => sessions.bind('session-1', { generation: 3, from: null, to: 'a key' }),
    { deviceKey: 'a key', deviceBoundAt: aSession().createdAt },
  ],
  [
    'ends',
    ({ sessions }) => sessions.revoke('session-1', 'signed-out'),
    { revokedAt: aSession().createdAt, revokedReason: 'signed-out' },
  ],
  [
    'forgets where it came from',
    ({ sessions }) => sessions.forgetOrigins('user-1'),
    { address: '', userAgent: '' },
  ],
  ['hears of other roles', ({ users }) => users.setRoles('user-1', ['admin']), {}],
]

withServer.each(writes)('it %s, is a string then, and lives as long', async (_title, write, change) => {
  const { store, send, type } = await withHash()
  await write(store)
  expect(await type()).toBe('string')
  const found = await store.sessions.find('session-1')
  expect(found?.session).toMatchObject({
    userId: 'user-1',
    createdAt: AS_READ.createdAt,
    amr: 'pwd',
    ...change,
  })
  expect(Number(await send('PTTL', 'session:{session-1}'))).toBeGreaterThan(HOUR)
})

withServer('one that had ended stays ended, and is told with its reason', async () => {
  const ended = String(aSession().createdAt - 1_000)
  const { store } = await withHash(['revokedAt', ended], ['revokedReason', 'reuse'])
  const renewal = await store.sessions.renew('session-1', PRESENTED)
  expect(renewal).toMatchObject({ moved: false, user: undefined, session: { revokedReason: 'reuse' } })
})

withServer('a change of its user that stopped half way still bars its copy', async () => {
  const { store, type } = await withHash(['mark', 'half-way!'])
  const renewal = await store.sessions.renew('session-1', PRESENTED)
  expect(renewal).toMatchObject({ moved: false, user: { roles: ['user'] }, session: { generation: 3 } })
  expect(await type()).toBe('hash')
})

withServer(
  'the store says which form its sessions have, so that an older version does not begin on it',
  async () => {
    const url = await place()
    const [server = '', prefix = ''] = url.split('?prefix=')
    await ask(server, ['SET', `${prefix}:schema`, '1'])
    await openTestStore(url, manualClock())
    expect(await ask(server, ['GET', `${prefix}:schema`])).toBe('2')
  },
)
