import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { metricsOf, sampleOf } from './observe/metrics/testing/scrape.ts'
import { runToEnd, startChild } from './testing/child.ts'
import { testDevice } from './testing/device.ts'
import { temporaryDirectory } from './testing/harness.ts'

vi.setConfig({ testTimeout: 30_000 })

const users = (cwd: string, args: string[], environment: Record<string, string> = {}) =>
  runToEnd('users.ts', { cwd, args, environment })

it('says in one sentence that there is no such user', async () => {
  expect(await users(temporaryDirectory(), ['disable', 'nobody@example.com'])).toEqual({
    code: 1,
    output: '',
    errors: 'There is no user nobody@example.com; `npm run users -- list` shows all of them.\n',
  })
})

it('shows how it is used', async () => {
  const cwd = temporaryDirectory()
  const help = await users(cwd, ['--help'])
  expect(help).toMatchObject({ code: 0, output: expect.stringMatching(/^Usage: npm run users/), errors: '' })
  for (const args of [
    [],
    ['remove', 'ada@example.com'],
    ['disable'],
    ['disable', 'a@b.example', 'x'],
    ['list', 'x', 'y'],
    ['list', '--all'],
  ])
    expect(await users(cwd, args), args.join()).toEqual({ code: 2, output: '', errors: help.output })
  expect(await users(cwd, ['enable', 'ada'])).toEqual({
    code: 2,
    output: '',
    errors: '"ada" is not an e-mail address.\n',
  })
})

it('adds somebody, shows, changes, hands out and deletes them, with an event of each', async () => {
  const cwd = temporaryDirectory()
  const run = (...args: string[]) => users(cwd, args)
  const events = (errors: string) =>
    errors
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))

  const added = await run('add', 'Grace@Example.com', '--roles', 'user,editor')
  expect(added).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^grace@example\.com may sign in with the password [\w-]{20}\n$/),
  })
  const [{ userId, ...event }] = events(added.errors)
  expect(event).toMatchObject({
    event: 'user-added',
    roles: ['user', 'editor'],
    operator: expect.any(String),
  })
  expect(await run('add', 'grace@example.com')).toMatchObject({
    code: 1,
    errors: 'There is a user grace@example.com already.\n',
  })
  const shown = await run('show', 'grace@example.com')
  expect(shown.output).toMatch(
    /^address {5}grace@example\.com\nname {8}grace\nid {10}[\w-]{22}\nroles {7}user,editor\nregistered {2}\d{4}-.*\nsessions {4}0\n$/,
  )
  expect(await run('roles', 'grace@example.com', 'admin')).toMatchObject({
    code: 0,
    output: 'grace@example.com has the roles admin.\n',
    errors: expect.stringContaining('"from":["user","editor"],"to":["admin"]'),
  })
  expect((await run('list', 'GRA')).output).toMatch(/^grace@example\.com +admin /)
  expect((await run('list', 'x')).output).toBe('')

  const log = join(cwd, 'log')
  writeFileSync(log, `${added.errors}not JSON ${userId}\n{"audit":true,"userId":"another"}\n`)
  const exported = await run('export', 'grace@example.com', '--log', log)
  expect(JSON.parse(exported.output)).toMatchObject({
    user: { id: userId, email: 'grace@example.com', roles: ['admin'] },
    sessions: [],
    events: [{ event: 'user-added', userId }],
  })
  expect(events(exported.errors)).toMatchObject([{ event: 'user-exported', userId }])

  expect((await run('factors', 'grace@example.com')).output).toBe(
    'grace@example.com has no factor beside the password.\n',
  )
  expect(await run('factors', 'grace@example.com', '--remove')).toMatchObject({ code: 1 })

  expect(await run('delete', 'grace@example.com')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('say --yes'),
  })
  const deleted = await run('delete', 'grace@example.com', '--yes')
  expect(deleted).toMatchObject({
    code: 0,
    output: 'grace@example.com is deleted, and 0 sessions have ended.\n',
  })
  expect(events(deleted.errors)).toMatchObject([
    { event: 'user-deleted', userId, operator: expect.any(String) },
  ])
  expect((await run('list')).output).toBe('')
})

it('is a part of `evergate-auth-server`, too', async () => {
  const { code, output } = await runToEnd('main.ts', { cwd: temporaryDirectory(), args: ['users', '--help'] })
  expect([code, output]).toEqual([0, expect.stringMatching(/^Usage: evergate-auth-server users COMMAND\n/)])
})

it('ends with one sentence when the store cannot be used', async () => {
  expect(await users(temporaryDirectory(), ['list'], { STORE_URL: 'notes.txt' })).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^STORE_URL: must be [^\n]+\n$/),
  })
  expect(await users(temporaryDirectory(), ['list'], { STORE_URL: 'redis://127.0.0.1:1' })).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^The store redis:\/\/127\.0\.0\.1:1 [^\n]+\.\n$/),
  })
})

it('counts sessions that are bound to their device: shown, handed out, and in the metrics', async () => {
  const cwd = temporaryDirectory()
  const server = await startChild({ cwd, environment: { METRICS_PORT: '0' } })
  const { email, password, refreshToken } = await server.newcomer()
  expect((await server.post('/login', { json: { email, password } })).status).toBe(200)
  const sid = refreshToken.split('.')[1] ?? ''
  const device = await testDevice()
  const present = (token: string, proof: string) =>
    server.post('/refreshtoken', { cookie: `refreshToken=${token}; __Host-device-proof=${proof}` })
  const bound = await present(refreshToken, await device.register(sid))
  expect(bound.status).toBe(200)
  const newest = bound.body.refreshToken
  expect((await server.refresh(newest)).body.error).toBe('device_binding_required')
  expect((await present(newest, await device.prove(refreshToken))).body.error).toBe('device_binding_required')

  const { output } = await users(cwd, ['show', email])
  expect(output).toContain('sessions    2, 1 bound to their devices\n')
  const lines = output.split('\n').filter((line) => /^ {2}[\w-]{22} {2}begun /.test(line))
  expect(lines.map((line) => [line.includes(sid), line.endsWith('  bound')]).sort()).toEqual([
    [false, false],
    [true, true],
  ])
  const { sessions } = JSON.parse((await users(cwd, ['export', email])).output)
  const boundAt = Object.fromEntries(
    sessions.map((each: { sid: string; deviceBoundAt: string | null }) => [each.sid, each.deviceBoundAt]),
  )
  expect(boundAt[sid]).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
  expect(Object.values(boundAt).filter((at) => at === null)).toHaveLength(1)

  const scrape = await (await fetch(metricsOf(server))).text()
  const counted = (event: string, detail = '') => sampleOf(scrape, 'evergate_events_total', { event, detail })
  expect([
    counted('device-bound'),
    counted('device-proof-refused', 'missing'),
    counted('device-proof-refused', 'invalid'),
  ]).toEqual([1, 1, 1])
})
