import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from '../../testing/harness.ts'
import { diskError } from '../../testing/slow-disk.ts'
import { createCommitter } from './committer.ts'
import { type Log, openLog } from './log.ts'

const LONG_AGO = new Date(0)

/** A log of some size on a disk that can be told to fail; when it was written last. */
async function aLog(bytes = randomBytes(2_500_000)) {
  const path = join(temporaryDirectory(), 'auth.db-wal')
  writeFileSync(path, bytes)
  utimesSync(path, LONG_AGO, LONG_AGO)
  const disk = { fails: false }
  const log = await openLog(path, async (file) => {
    if (disk.fails) throw diskError()
    await file.datasync()
  })
  onTestFinished(() => log.close())
  const isWritten = () => statSync(path).mtimeMs > 0
  return { log, disk, bytes, isWritten, content: () => readFileSync(path) }
}

it('is written again as it was after a sync that failed, until one succeeds', async () => {
  const { log, disk, bytes, isWritten, content } = await aLog()
  disk.fails = true
  await expect(log.sync()).rejects.toThrow('EIO')
  log.mend()
  expect(isWritten()).toBe(true)
  expect(content().equals(bytes)).toBe(true)
})

it('is left to SQLite as long as its syncs succeed', async () => {
  const { log, disk, isWritten } = await aLog()
  log.mend()
  disk.fails = true
  await log.sync().catch(() => {})
  disk.fails = false
  await log.sync()
  log.mend()
  expect(isWritten()).toBe(false)
})

it('is mended before each commit, while nobody else can write', async () => {
  const path = join(temporaryDirectory(), 'auth.db')
  const database = new DatabaseSync(path)
  const other = new DatabaseSync(path, { timeout: 0 })
  onTestFinished(() => database.close())
  onTestFinished(() => other.close())
  database.exec('pragma journal_mode = wal; create table numbers (n)')
  const mended: unknown[] = []
  const log: Log = {
    sync: async () => {},
    mend() {
      expect(() => other.exec('begin immediate')).toThrow('locked')
      mended.push(other.prepare('select count(*) as n from numbers').get()?.n)
    },
    close: async () => {},
  }
  const commit = createCommitter(database, log)
  const insert = () => void database.exec('insert into numbers values (1)')
  await commit(insert)
  await commit(insert)
  expect(mended).toEqual([0, 1])
})

it('fails the writes of a commit before which it cannot be mended, and takes the next', async () => {
  const database = new DatabaseSync(':memory:')
  onTestFinished(() => database.close())
  database.exec('create table numbers (n)')
  const faults = [diskError()]
  const log: Log = {
    sync: async () => {},
    mend() {
      const fault = faults.pop()
      if (fault) throw fault
    },
    close: async () => {},
  }
  const commit = createCommitter(database, log)
  const insert = () => void database.exec('insert into numbers values (1)')
  await expect(commit(insert)).rejects.toThrow('EIO')
  await commit(insert)
  expect(database.prepare('select count(*) as n from numbers').get()?.n).toBe(1)
})
