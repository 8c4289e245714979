import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, vi } from 'vitest'
import { type ChildOptions, run, startChild } from './testing/child.ts'
import { temporaryDirectory } from './testing/harness.ts'

vi.setConfig({ testTimeout: 30_000 })

async function setUp(options: ChildOptions) {
  const child = run('setup.ts', options)
  // The number of the newest schema is no matter of these tests.
  const withoutNumber = (output: string) => output.replace(/schema \d+/, 'schema N')
  return { code: await child.exited, output: withoutNumber(child.output()), errors: child.errors() }
}

it('makes the store and the demo users, once', async () => {
  const cwd = temporaryDirectory()
  expect(await setUp({ cwd })).toEqual({
    code: 0,
    output: 'store: sqlite:./.data/auth.db ready (schema N), demo users added\n',
    errors: '',
  })
  expect((await setUp({ cwd })).output).toBe('store: sqlite:./.data/auth.db ready (schema N), users kept\n')

  const server = await startChild({ cwd })
  const demo = await server.post('/login', {
    json: { email: 'demo@example.com', password: 'demo-password-123' },
  })
  expect(demo).toMatchObject({ status: 200, body: { userData: { roles: ['user'] } } })
  const admin = await server.post('/login', {
    json: { email: 'admin@example.com', password: 'admin-password-123' },
  })
  expect(admin).toMatchObject({ status: 200, body: { userData: { roles: ['user', 'admin'] } } })
})

it('needs no keys', async () => {
  const environment = { ETLS_ACCESS: '', ETLS_REFRESH: '' }
  expect((await setUp({ cwd: temporaryDirectory(), environment })).code).toBe(0)
})

it('ASVS 6.3.2: makes no demo users in production, unless the store is the default one', async () => {
  const cwd = temporaryDirectory()
  const production = { NODE_ENV: 'production', STORE_URL: 'sqlite:chosen.db' }
  expect((await setUp({ cwd, environment: production })).output).toBe(
    'store: sqlite:chosen.db ready (schema N), no demo users in production\n',
  )
  const users = new DatabaseSync(join(cwd, 'chosen.db')).prepare('select count(*) as count from users').get()
  expect(users).toEqual({ count: 0 })
  expect((await setUp({ cwd, environment: { NODE_ENV: 'production' } })).output).toContain('demo users added')
})

it('ASVS 6.3.2: makes no demo users for a server that others can reach', async () => {
  const cwd = temporaryDirectory()
  const setUpFor = async (HOST: string) => (await setUp({ cwd, environment: { HOST } })).output
  for (const host of ['0.0.0.0', '::', '192.168.1.7', 'box.example'])
    expect(await setUpFor(host)).toBe(
      `store: sqlite:./.data/auth.db ready (schema N), no demo users, because HOST is ${host}\n`,
    )
  expect(await setUpFor('localhost')).toContain('demo users added')
})

it('ends with one sentence when the store cannot be used', async () => {
  const cwd = temporaryDirectory()
  writeFileSync(join(cwd, 'notes.txt'), 'my notes')
  expect(await setUp({ cwd, environment: { STORE_URL: 'sqlite:notes.txt' } })).toEqual({
    code: 1,
    output: '',
    errors: 'The store sqlite:notes.txt is not an SQLite database; it was left as it is.\n',
  })
  expect(await setUp({ cwd, environment: { STORE_URL: 'notes.txt' } })).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^STORE_URL: must be [^\n]+\n$/),
  })
})
