import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import {
  aNewSession,
  aNewUser,
  aSession,
  manualClock,
  temporaryDirectory,
  temporaryStore,
} from '../../testing/harness.ts'
import { StoreError } from '../store.ts'
import { openSqlite } from './sqlite.ts'

const clock = manualClock()
const mode = (path: string) => statSync(path).mode & 0o777

it('keeps its files from everybody else', async () => {
  const directory = join(temporaryDirectory(), 'a', 'b')
  const file = join(directory, 'auth.db')
  const store = await temporaryStore(clock, file)
  await store.users.create(aNewUser())
  expect(mode(directory)).toBe(0o700)
  expect(readdirSync(directory).sort()).toEqual(['auth.db', 'auth.db-shm', 'auth.db-wal'])
  for (const name of readdirSync(directory)) expect(mode(join(directory, name)), name).toBe(0o600)
})

it('takes a file that others may read back for itself', async () => {
  const file = join(temporaryDirectory(), 'auth.db')
  writeFileSync(file, '')
  chmodSync(file, 0o644)
  await temporaryStore(clock, file)
  expect(mode(file)).toBe(0o600)
})

it('opens again with what it had', async () => {
  const file = join(temporaryDirectory(), 'auth.db')
  const store = await openSqlite({ path: file, clock })
  await store.users.create(aNewUser())
  await store.sessions.create(aNewSession())
  await store.close()
  const again = await temporaryStore(clock, file)
  expect(again.schemaVersion).toBe(store.schemaVersion)
  expect(await again.sessions.find('session-1')).toMatchObject({ session: aSession() })
})

it('commits writes of one turn together: one that fails leaves the others as they are', async () => {
  const file = join(temporaryDirectory(), 'auth.db')
  const store = await temporaryStore(clock, file)
  const create = (id: string, name: string) =>
    store.users.create(aNewUser({ id, email: `${name}@example.com` }))
  const all = await Promise.allSettled([create('1', 'ada'), create('1', 'bob'), create('2', 'cy')])
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  const elsewhere = await temporaryStore(clock, file)
  expect((await elsewhere.users.list('', 10)).map(({ email }) => email)).toEqual([
    'ada@example.com',
    'cy@example.com',
  ])
})

it('answers no write before another process can see it', async () => {
  const file = join(temporaryDirectory(), 'auth.db')
  const store = await temporaryStore(clock, file)
  const elsewhere = new DatabaseSync(file, { readOnly: true })
  onTestFinished(() => elsewhere.close())
  const count = elsewhere.prepare('select count(*) as users from users where id = ?')
  const seen = Array.from({ length: 20 }, async (_, i) => {
    await store.users.create(aNewUser({ id: `${i}`, email: `${i}@example.com` }))
    return count.get(`${i}`)?.users
  })
  expect(await Promise.all(seen)).toEqual(Array(20).fill(1))
})

it('fails every write of a turn, and none by halves, while another program does not let go', async () => {
  const file = join(temporaryDirectory(), 'auth.db')
  const store = await temporaryStore(clock, file)
  const other = new DatabaseSync(file)
  onTestFinished(() => other.close())
  other.exec('begin immediate')
  const writes = ['1', '2'].map((id) => store.users.create(aNewUser({ id, email: `${id}@example.com` })))
  expect((await Promise.allSettled(writes)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  other.exec('rollback')
  expect(await store.users.isEmpty()).toBe(true)
  expect(await store.users.create(aNewUser())).toBe('created')
})

it('finishes the writes that a close meets', async () => {
  const file = join(temporaryDirectory(), 'auth.db')
  const store = await openSqlite({ path: file, clock })
  const [made] = await Promise.all([store.users.create(aNewUser()), store.close()])
  expect(made).toBe('created')
  expect(await (await temporaryStore(clock, file)).users.isEmpty()).toBe(false)
})

it('is migrated once when several servers start at the same moment', { timeout: 30_000 }, async () => {
  const file = join(temporaryDirectory(), 'auth.db')
  const script = `
    import { openSqlite } from ${JSON.stringify(join(import.meta.dirname, 'sqlite.ts'))}
    process.stdout.write('.')
    await new Promise((resolve) => process.stdin.once('data', resolve))
    const store = await openSqlite({ path: ${JSON.stringify(file)}, clock: Date.now })
    await store.ping()
    await store.close()
    process.exit(0)
  `
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'pipe'] }),
  )
  onTestFinished(() => {
    for (const child of children) child.kill('SIGKILL')
  })
  const complaints = children.map(async (child) => {
    let text = ''
    for await (const chunk of child.stderr) text += chunk
    return text
  })
  await Promise.all(children.map((child) => once(child.stdout, 'data')))
  for (const child of children) child.stdin.write('go')
  const exits = await Promise.all(children.map((child) => once(child, 'exit')))
  expect((await Promise.all(complaints)).join('')).toBe('')
  expect(exits.map(([code]) => code)).toEqual([0, 0, 0, 0])
  const rows = new DatabaseSync(file).prepare('select version from schema_version').all()
  expect(rows.map((row) => row.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

it('leaves a file alone that is not a database', async () => {
  const file = join(temporaryDirectory(), 'auth.db')
  for (const text of ['x', 'my precious notes\n'.repeat(1000)]) {
    writeFileSync(file, text)
    chmodSync(file, 0o640)
    await expect(openSqlite({ path: file, clock })).rejects.toThrow(
      new StoreError(`The store sqlite:${file} is not an SQLite database; it was left as it is.`),
    )
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(mode(file)).toBe(0o640)
  }
})

it('keeps git out of a directory that it makes, and touches none that was there', async () => {
  const base = temporaryDirectory()
  await (await openSqlite({ path: join(base, 'data/deep/auth.db'), clock })).close()
  expect(readFileSync(join(base, 'data/.gitignore'), 'utf8')).toBe('*\n')
  await (await openSqlite({ path: join(base, 'auth.db'), clock })).close()
  expect(readdirSync(base).toSorted()).not.toContain('.gitignore')
})

it('refuses a database of a newer version in one sentence', async () => {
  const file = join(temporaryDirectory(), 'auth.db')
  await (await openSqlite({ path: file, clock })).close()
  const raw = new DatabaseSync(file)
  raw.exec('insert into schema_version values (99, 0)')
  raw.close()
  await expect(openSqlite({ path: file, clock })).rejects.toThrow(/cannot be used: schema 99 is newer/)
})

it.each([
  ['a directory', (base: string) => mkdirSync(join(base, 'auth.db')), 'auth.db', /is a directory\.$/],
  [
    'below a file',
    (base: string) => writeFileSync(join(base, 'f'), ''),
    'f/auth.db',
    /its directory|not a directory/,
  ],
  [
    'deep below a file',
    (base: string) => writeFileSync(join(base, 'f'), ''),
    'f/g/auth.db',
    /not a directory/,
  ],
])('says in one sentence that its path is %s', async (_title, prepare, path, sentence) => {
  const base = temporaryDirectory()
  prepare(base)
  const error = await openSqlite({ path: join(base, path), clock }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(StoreError)
  expect((error as Error).message).toMatch(sentence)
})

it('says that it is locked when another program does not let go', async () => {
  const file = join(temporaryDirectory(), 'auth.db')
  const store = await temporaryStore(clock, file)
  const other = new DatabaseSync(file)
  other.exec('begin immediate')
  await expect(store.ping()).rejects.toThrow(/is locked by another program\.$/)
  await expect(store.sessions.create(aNewSession())).rejects.toBeInstanceOf(StoreError)
  other.exec('rollback')
  other.close()
  await store.ping()
})
