import pg from 'pg'
import { expect, it } from 'vitest'
import { aNewSession, aNewUser, aSession, manualClock } from '../../testing/harness.ts'
import { linkTo } from '../../testing/link.ts'
import { openTestStore, runInPostgres, storeKind } from '../../testing/stores.ts'
import type { EndedReading } from '../store.ts'
import { openPostgres } from './postgres.ts'

const clock = manualClock()
const { missing, place } = storeKind('PostgreSQL')
const withServer = it.skipIf(missing)

withServer('is migrated once when several servers start at the same moment', async () => {
  const url = await place()
  const stores = await Promise.all(Array.from({ length: 8 }, () => openTestStore(url, clock)))
  await Promise.all(stores.map((store) => store.ping()))
  await expect(runInPostgres(url, 'insert into schema_version values (1, 0)')).rejects.toThrow(
    /duplicate key/,
  )
})

withServer('opens again with what it had', async () => {
  const url = await place()
  const store = await openPostgres({ url, name: 'x', clock })
  await store.users.create(aNewUser())
  await store.sessions.create(aNewSession())
  await store.close()
  expect(await (await openTestStore(url)).sessions.find('session-1')).toMatchObject({
    session: aSession(),
  })
})

withServer('refuses a database of a newer version in one sentence', async () => {
  const url = await place()
  await openTestStore(url)
  await runInPostgres(url, 'insert into schema_version values (99, 0)')
  await expect(openTestStore(url)).rejects.toThrow(
    /^The store \S+ cannot be used: schema 99 is newer [^\n]+\.$/,
  )
})

withServer('shares a database with the tables of an app, in a schema of its own', async () => {
  const url = await place()
  await runInPostgres(url, 'create table users (id serial primary key, email text)')
  await expect(openTestStore(url)).rejects.toThrow(/tables of another program.*create schema evergate/)
  const own = `${url}${url.includes('?') ? '&' : '?'}options=-c%20search_path%3Devergate`
  await expect(openTestStore(own)).rejects.toThrow(/no such schema/)
  await runInPostgres(url, 'create schema evergate')
  const store = await openTestStore(own)
  expect(await store.users.create(aNewUser())).toBeTruthy()
  await runInPostgres(url, 'insert into users (email) values (null)')
})

withServer.each([
  ['its user is unknown', { username: 'eve' }, /does not let this user in|refuses the password/],
  ['it does not exist', { pathname: '/nowhere' }, /does not exist/],
  ['nothing listens there', { port: '1' }, /nothing listens there/],
  ['its host is unknown', { hostname: 'nowhere.invalid' }, /host/],
])('says in one sentence that %s, without the password', async (_title, change, sentence) => {
  const url = Object.assign(new URL(await place()), { password: 'pa55word', ...change })
  const opening = openPostgres({ url: url.href, name: 'postgres://db/auth', clock, startPatience: 0 })
  const error = await opening.catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'store_unavailable', message: expect.stringMatching(sentence) })
  expect((error as Error).message).toMatch(/^The store postgres:\/\/db\/auth [^\n]+\.$/)
  expect((error as Error).message).not.toContain('pa55word')
})

withServer('waits at its start for a database that comes a moment later', async () => {
  const link = await linkTo(await place())
  link.cut()
  const opening = openTestStore(link.url)
  setTimeout(() => void link.restore(), 300)
  await (await opening).ping()
})

withServer('does not wait for a lock that another program holds', async () => {
  const url = await place()
  const store = await openTestStore(url)
  await store.users.create(aNewUser())
  await store.sessions.create(aNewSession())
  const blocker = runInPostgres(url, 'begin; lock table sessions; select pg_sleep(3)')
  const read = () => store.sessions.find('session-1').catch((error: Error) => error.message)
  await expect.poll(read, { timeout: 5_000 }).toMatch(/ took too long\.$/)
  await blocker
  expect(await read()).toMatchObject({ session: aSession() })
})

withServer(
  'begins no session while the user is being disabled by somebody who has not committed yet',
  async () => {
    const url = await place()
    const store = await openTestStore(url)
    await store.users.create(aNewUser())
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    await other.query('begin; update users set disabled_at = 1')
    const begun = store.sessions.create(aNewSession())
    const waits = async () =>
      (await other.query("select from pg_locks where not granted and mode = 'ShareLock'")).rowCount
    await Promise.race([begun, expect.poll(waits, { timeout: 1_500, interval: 10 }).toBe(1)])
    await other.query('commit')
    await other.end()
    expect(await begun).toBeUndefined()
    expect(await store.sessions.find('session-1')).toBeUndefined()
  },
)

withServer('tells of an ending that is committed after a reader has seen a later one', async () => {
  const url = await place()
  const store = await openTestStore(url, clock)
  await store.users.create(aNewUser())
  for (const sid of ['slow', 'quick']) await store.sessions.create(aNewSession({ sid }))
  const sidsOf = ({ entries }: EndedReading) => entries.map((entry) => 'sid' in entry && entry.sid)
  const first = await store.ended.since(undefined, 60_000)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('begin')
  const end =
    "update sessions set revoked_at = $1, revoked_reason = 'reuse', ended_in = txid_current() where sid = 'slow'"
  await client.query(end, [clock()])
  await store.sessions.revoke('quick', 'signed-out')
  const second = await store.ended.since(first.cursor, 60_000)
  expect(sidsOf(second)).toEqual(['quick'])
  await client.query('commit')
  await client.end()
  const third = await store.ended.since(second.cursor, 60_000)
  expect(third.complete).toBe(false)
  expect(sidsOf(third)).toEqual(['slow'])
})

withServer('knows no cursor of another server, so that none of its endings is missed', async () => {
  const url = await place()
  const store = await openTestStore(url, clock)
  await store.users.create(aNewUser())
  await store.sessions.create(aNewSession())
  await store.sessions.revoke('session-1', 'signed-out')
  const { cursor } = await store.ended.since(undefined, 60_000)
  const elsewhere = cursor.replace(/^\d+/, (epoch) => String(Number(epoch) + 1))
  expect(await store.ended.since(elsewhere, 60_000)).toMatchObject({ complete: true, entries: [{}] })
})

withServer('a session that another program holds keeps nobody waiting who came with it', async () => {
  const url = await place()
  const store = await openTestStore(url)
  await store.users.create(aNewUser())
  for (const sid of ['held', 'free']) await store.sessions.create(aNewSession({ sid }))
  const other = new pg.Client({ connectionString: url })
  await other.connect()
  await other.query("begin; select from sessions where sid = 'held' for update")
  const presented = { generation: 0, idleTtl: 60_000, address: '', userAgent: '' }
  const held = store.sessions.renew('held', presented)
  expect(await store.sessions.renew('free', presented)).toMatchObject({ moved: true })
  const waits = async () =>
    (await other.query("select from pg_locks where not granted and mode = 'ShareLock'")).rowCount
  await expect.poll(waits, { timeout: 1_500, interval: 10 }).toBe(1)
  await other.query('commit')
  await other.end()
  expect(await held).toMatchObject({ moved: true, session: { generation: 1 } })
})
