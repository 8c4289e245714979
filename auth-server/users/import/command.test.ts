import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDirectory, temporaryStore } from '../../testing/harness.ts'
import { describeTally, type Import, readImport, runImport } from './command.ts'

const hash = '$2b$10$vNqK0ka5a9FXLO7uDA39TOl9nsRAYsCErYZ/UjqMp1DwuuyQJ9/P2'

it.each([
  [{ after: 'x' }, '--after takes a number of rows.'],
  [{ columns: 'x=y' }, expect.stringMatching(/^--columns takes email=…,hash=…/)],
  [{ columns: 'hash' }, expect.stringMatching(/^--columns takes/)],
  [{ firebase: 'none' }, 'none has no password hash parameters of Firebase.'],
])('says what is wrong with %j', (options, problem) => {
  expect(readImport('a', options)).toEqual(problem)
})

it('reads what is asked for', () => {
  expect(readImport('users.csv', {})).toEqual({
    path: 'users.csv',
    after: 0,
    dryRun: false,
    report: 'users.csv.left-out.jsonl',
    reading: { columns: {}, firebase: undefined, withoutHash: false },
  })
  const options = {
    after: '7',
    'dry-run': true,
    report: 'r',
    columns: 'hash=pw,id=uid',
    'without-hash': true,
  }
  expect(readImport('-', options)).toMatchObject({
    path: '-',
    after: 7,
    dryRun: true,
    report: 'r',
    reading: { columns: { hash: 'pw', id: 'uid' }, withoutHash: true },
  })
})

it('reports who was left out, and why; a dry run changes nothing', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'users.csv')
  writeFileSync(path, `email,password\nada@example.com,${hash}\nada,${hash}\neve@example.com,plain\n`)
  const store = await temporaryStore(Date.now)
  const asked = readImport(path, {}) as Import
  let id = 0
  const run = (change: Partial<Import> = {}) => runImport({ ...asked, ...change }, store, () => `id-${++id}`)

  const dry = await run({ dryRun: true })
  expect(describeTally(dry, asked.report)).toBe(`3 rows: 1 added, 2 left out: see ${asked.report}.`)
  expect(await store.users.isEmpty()).toBe(true)
  expect(await run()).toEqual(dry)
  expect(readFileSync(asked.report, 'utf8')).toBe(
    '{"row":2,"reason":"bad-email"}\n{"row":3,"reason":"unknown-hash"}\n',
  )
  expect(statSync(asked.report).mode & 0o077).toBe(0)
  expect(describeTally(await run(), 'r')).toBe('3 rows: 0 added, 1 was there already, 2 left out: see r.')

  writeFileSync(path, `email,password\nada@example.com,${hash}\n`)
  expect(describeTally(await run(), 'r')).toBe('1 row: 0 added, 1 was there already.')
  expect(existsSync(asked.report)).toBe(false)
})

it('ends with one sentence where a file cannot be read', async () => {
  const path = join(temporaryDirectory(), 'users.json')
  const store = await temporaryStore(Date.now)
  const run = () => runImport(readImport(path, {}) as Import, store, () => 'id')
  await expect(run()).rejects.toMatchObject({ code: 'ENOENT' })
  writeFileSync(path, '[{"email":')
  await expect(run()).rejects.toThrow('The file ends in the middle of its JSON.')
  writeFileSync(path, '')
  expect(await run()).toEqual({ rows: 0, added: 0, there: 0, leftOut: 0 })
})
