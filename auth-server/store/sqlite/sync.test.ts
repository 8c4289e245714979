import { cpSync, mkdirSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { testDevice } from '../../testing/device.ts'
import {
  aNewSession,
  aNewUser,
  manualClock,
  startServer,
  temporaryDirectory,
  temporaryStore,
} from '../../testing/harness.ts'
import { diskError, slowDisk } from '../../testing/slow-disk.ts'
import { StoreError } from '../store.ts'
import { openSqlite } from './sqlite.ts'

const clock = manualClock()

/** A store on a disk that syncs when it is let. */
async function onSlowDisk(file = join(temporaryDirectory(), 'auth.db')) {
  const disk = slowDisk()
  const store = await openSqlite({ path: file, clock, sync: disk.sync })
  onTestFinished(async () => {
    disk.letGo()
    await store.close()
  })
  const create = (id: string) => store.users.create(aNewUser({ id, email: `${id}@example.com` }))
  return { disk, store, create, file }
}

/** Whether a promise has ended, some turns of the event loop from now. */
async function hasEnded(promise: Promise<unknown>): Promise<boolean> {
  let ended = false
  const note = () => {
    ended = true
  }
  promise.then(note, note)
  for (let turn = 0; turn < 5; turn++) await nextTurn()
  return ended
}

/** How many users another process sees. */
function counting(file: string): () => unknown {
  const database = new DatabaseSync(file, { readOnly: true })
  onTestFinished(() => database.close())
  const count = database.prepare('select count(*) as users from users')
  return () => count.get()?.users
}

it('answers a write when the disk has it, and begins the sync after the commit', async () => {
  const file = join(temporaryDirectory(), 'auth.db')
  await (await openSqlite({ path: file, clock })).close()
  const users = counting(file)
  const seen: unknown[] = []
  const sync = async (log: FileHandle) => {
    seen.push(users())
    await log.datasync()
    seen.push('synced')
  }
  const store = await openSqlite({ path: file, clock, sync })
  onTestFinished(() => store.close())
  for (const id of ['1', '2']) {
    await store.users.create(aNewUser({ id, email: `${id}@example.com` }))
    seen.push('answered')
  }
  expect(seen).toEqual([1, 'synced', 'answered', 2, 'synced', 'answered'])
})

it('answers a write that comes during a sync after the next one', async () => {
  const { disk, create } = await onSlowDisk()
  const first = create('1')
  const firstSync = await disk.syncing()
  const second = create('2')
  expect(await hasEnded(first)).toBe(false)
  firstSync.resolve()
  expect(await first).toBe('created')
  const secondSync = await disk.syncing()
  expect(await hasEnded(second)).toBe(false)
  secondSync.resolve()
  expect(await second).toBe('created')
})

it('commits without a sync of SQLite, which would hold this thread up', async () => {
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare')
  onTestFinished(() => prepare.mockRestore())
  const store = await temporaryStore(clock)
  await store.ping()
  const connection = prepare.mock.contexts[0] as DatabaseSync
  const NORMAL = 1
  expect(connection.prepare('pragma synchronous').get()).toEqual({ synchronous: NORMAL })
})

it('commits together what comes while the disk syncs, and syncs it once', async () => {
  const { disk, create, file } = await onSlowDisk()
  const users = counting(file)
  const writes = [create('0')]
  const sync = await disk.syncing()
  for (let i = 1; i < 10; i++) {
    writes.push(create(`${i}`))
    await nextTurn()
  }
  expect(users()).toBe(1)
  sync.resolve()
  ;(await disk.syncing()).resolve()
  expect(await Promise.all(writes)).toEqual(Array(10).fill('created'))
  expect(disk.count()).toBe(2)
})

it('answers others while the disk syncs, and a replay too', async () => {
  const { disk, store } = await onSlowDisk()
  disk.letGo()
  const server = await startServer({ store, clock })
  const { refreshToken } = await server.newcomer()
  disk.hold()
  const refresh = server.refresh(refreshToken)
  const sync = await disk.syncing()
  expect((await server.get('/livez')).status).toBe(200)
  expect(await store.users.isEmpty()).toBe(false)
  const replay = await server.refresh(refreshToken)
  expect(replay.status).toBe(200)
  expect(await hasEnded(refresh)).toBe(false)
  sync.resolve()
  expect((await refresh).body.refreshToken).toBe(replay.body.refreshToken)
})

it('heals a session whose replay was answered when the power failed before the disk had the renewal', async () => {
  const { disk, store, file } = await onSlowDisk()
  disk.letGo()
  const server = await startServer({ store, clock })
  const { refreshToken } = await server.newcomer()
  const onTheDisk = join(temporaryDirectory(), 'auth.db')
  for (const part of ['', '-wal']) cpSync(file + part, onTheDisk + part)
  disk.hold()
  const refresh = server.refresh(refreshToken)
  const sync = await disk.syncing()
  const replay = await server.refresh(refreshToken)

  const again = await startServer({ file: onTheDisk, clock })
  const reply = await again.refresh(replay.body.refreshToken)
  expect(reply.status).toBe(200)
  expect(again.linesWith('"healed"')).toHaveLength(1)
  expect((await again.refresh(reply.body.refreshToken)).status).toBe(200)
  sync.resolve()
  await refresh
})

it('leaves a session to the key that another server has bound, when it saw the renewal before the disk had it', async () => {
  const { disk, store, file } = await onSlowDisk()
  disk.letGo()
  const server = await startServer({ store, clock })
  const other = await startServer({ file, clock })
  const { refreshToken } = await server.newcomer()
  const sid = refreshToken.split('.')[1] ?? ''
  const [first, second] = [await testDevice(), await testDevice()]
  const register = async (at: typeof server, { register }: typeof first, userAgent: string) =>
    at.post('/refreshtoken', {
      cookie: `refreshToken=${refreshToken}; __Host-device-proof=${await register(sid)}`,
      headers: { 'user-agent': userAgent },
    })
  disk.hold()
  const renewing = register(server, first, 'one browser')
  const sync = await disk.syncing()
  expect((await register(other, second, 'another')).status).toBe(200)
  disk.letGo()
  sync.resolve()
  expect((await renewing).status).toBe(428)
  const bound = [server, other].flatMap((each) => each.linesWith('"device-bound"'))
  expect(bound).toMatchObject([{ sid, jkt: second.jkt }])
})

it('fails every write of a commit that the disk did not take, with the reason', async () => {
  const { disk, store, create, file } = await onSlowDisk()
  const writes = [create('1'), create('2')]
  const reason = diskError()
  ;(await disk.syncing()).reject(reason)
  for (const write of writes) {
    const error = await write.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({
      message: `The store sqlite:${file} cannot be read or written (disk error).`,
      cause: reason,
    })
  }
  const next = store.ping()
  ;(await disk.syncing()).resolve()
  await next
})

it('loses no session to a sync that fails: the refresh is answered 503, and asked again it replays', async () => {
  const { disk, store } = await onSlowDisk()
  disk.letGo()
  const server = await startServer({ store, clock })
  const { refreshToken } = await server.newcomer()
  const before = server.events()
  disk.hold()
  const failed = server.refresh(refreshToken)
  ;(await disk.syncing()).reject(diskError())
  expect(await failed).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
  disk.letGo()
  const replay = await server.refresh(refreshToken)
  expect(replay.status).toBe(200)
  expect((await server.refresh(replay.body.refreshToken)).status).toBe(200)
  expect(server.events()).toEqual(before)
})

it('is closed when the disk has what was asked for', async () => {
  const { disk, store, create } = await onSlowDisk()
  const first = create('1')
  const sync = await disk.syncing()
  const second = create('2')
  const closed = store.close()
  expect(await hasEnded(closed)).toBe(false)
  disk.letGo()
  sync.resolve()
  expect(await Promise.all([first, second])).toEqual(['created', 'created'])
  await closed
})

it('is closed though the disk takes nothing', async () => {
  const { disk, store, create } = await onSlowDisk()
  const write = create('1')
  const closed = store.close()
  ;(await disk.syncing()).reject(diskError())
  await expect(write).rejects.toBeInstanceOf(StoreError)
  await closed
})

it('writes its log again when it is closed after a sync that failed', async () => {
  const { disk, store, create, file } = await onSlowDisk()
  // SQLite removes the log with the last connection.
  const elsewhere = new DatabaseSync(file)
  onTestFinished(() => elsewhere.close())
  elsewhere.exec('select * from users')
  const write = create('1')
  ;(await disk.syncing()).reject(diskError())
  await expect(write).rejects.toBeInstanceOf(StoreError)
  utimesSync(`${file}-wal`, 0, 0)
  disk.letGo()
  await store.close()
  expect(statSync(`${file}-wal`).mtimeMs).toBeGreaterThan(0)
})

it('syncs its log by itself, wherever a link to the file leads, and before it answers', async () => {
  const base = temporaryDirectory()
  mkdirSync(join(base, 'volume'))
  const [file, link] = [join(base, 'volume', 'real.db'), join(base, 'auth.db')]
  await (await openSqlite({ path: file, clock })).close()
  symlinkSync(file, link)
  const store = await temporaryStore(clock, link)
  const log = await open(`${file}-wal`)
  onTestFinished(() => log.close())
  const syncs = vi.spyOn(Object.getPrototypeOf(log), 'datasync')
  onTestFinished(() => syncs.mockRestore())
  await store.users.create(aNewUser())
  expect(syncs).toHaveBeenCalledOnce()
  const [synced] = syncs.mock.contexts as (typeof log)[]
  expect((await synced?.stat())?.ino).toBe(statSync(`${file}-wal`).ino)
})

it('needs no disk in memory', async () => {
  const store = await openSqlite({ path: ':memory:', clock, sync: () => Promise.reject(diskError()) })
  await store.users.create(aNewUser())
  expect(await store.sessions.create(aNewSession())).toBeDefined()
  await store.close()
})
