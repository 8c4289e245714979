import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createIssuer, goodClaims } from '../gateway/testing/issuer.ts'
import { folderWith } from './testing/io.ts'

const main = join(import.meta.dirname, 'main.ts')
const { PATH, NODE_COMPILE_CACHE } = process.env

/** Runs the program itself, with nothing but PATH in its environment and no terminal. */
async function evergate(args: string[], { input = '', cwd = folderWith(), env = {} } = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { PATH, NODE_COMPILE_CACHE, NODE_ENV: 'test', ...env },
  })
  child.stdin.on('error', () => {}).end(input)
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, out, err }
}

test('help names every command, the exit codes and --json', async () => {
  const { code, out, err } = await evergate(['--help'])
  expect([code, err]).toEqual([0, ''])
  for (const word of ['init', 'doctor', 'keys', 'session', 'Exit codes', '--json'])
    expect(out).toContain(word)
})

test.each([['init'], ['doctor'], ['keys'], ['session', 'inspect']])(
  '%s has an example in its help',
  async (...command) => {
    const { code, out } = await evergate([...command, '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(new RegExp(`Example: evergate ${command[0]}`))
  },
)

test.each([[[]], [['fly']], [['keys', 'rotate', 'everything']]])(
  '%j is used wrongly: 2, usage on standard error',
  async (args) => {
    expect(await evergate(args)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('Usage: evergate'),
    })
  },
)

test('a token comes in by standard input, and its state goes out as the exit code', async () => {
  const secret = 'a shared secret of the tests 0123456789'
  const issuer = await createIssuer('HS256', 'k', secret)
  const now = Math.floor(Date.now() / 1000)
  const inspect = async (claims: Record<string, unknown>) =>
    evergate(['session', 'inspect', '--json'], {
      input: await issuer.sign(claims),
      env: { ETLS_ACCESS: secret },
    })
  const good = await inspect(goodClaims(now))
  expect([good.code, JSON.parse(good.out).state, good.err]).toEqual([0, 'valid', ''])
  const late = await inspect({ ...goodClaims(now), exp: now - 60 })
  expect([late.code, JSON.parse(late.out).state]).toEqual([1, 'expired'])
})

test('into a pipe no colours go', async () => {
  const { code, out } = await evergate(['doctor'])
  expect([code, out]).toEqual([1, expect.stringContaining('error middleware-missing')])
  expect(out).not.toContain('\u001b')
})

test('init without a terminal shows what it would write, and ends with 1', async () => {
  const cwd = folderWith({ 'package.json': '{"dependencies":{"next":"16"}}', 'app/page.tsx': '' })
  const { code, out, err } = await evergate(['init'], { cwd })
  expect([code, out, err]).toEqual([
    1,
    expect.stringContaining('+++ middleware.js'),
    expect.stringContaining('--yes'),
  ])
})

test('a file of an app whose package names no module type is loaded without a word about it', async () => {
  const cwd = folderWith({
    'package.json': '{"dependencies":{"next":"16.4.6"}}',
    'next.config.mjs':
      "import { withGateway } from 'evergate/next/config'\nexport default withGateway({}, { backend: './session-backend.ts' })\n",
    'session-backend.ts': 'const backend: object = { refresh() {} }\nexport default backend\n',
  })
  const { out, err } = await evergate(['doctor', '--json'], { cwd, env: { GATEWAY_SECRET: 'x'.repeat(8) } })
  expect(JSON.parse(out).findings).not.toContainEqual(expect.objectContaining({ check: 'backend-file' }))
  expect(err).toBe('')
})
