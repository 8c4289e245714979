import { expect, it, vi } from 'vitest'
import { runToEnd } from './testing/child.ts'
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
    ['list', 'x'],
  ])
    expect(await users(cwd, args), args.join()).toEqual({ code: 2, output: '', errors: help.output })
  expect(await users(cwd, ['enable', 'ada'])).toEqual({
    code: 2,
    output: '',
    errors: '"ada" is not an e-mail address.\n',
  })
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
