import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { moduleOf, runNode, temporaryRoot } from '../testing/child.ts'

const makeAll = moduleOf('secrets.mjs', 'makeSecrets', "await makeSecrets(['app', 'auth'])")

function folder() {
  const root = temporaryRoot()
  const file = join(root, '.env.local')
  return {
    root,
    file,
    text: () => readFileSync(file, 'utf8'),
    values: () => parseEnv(readFileSync(file, 'utf8')),
    mode: () => statSync(file).mode & 0o777,
    make: (env: Record<string, string> = {}) => runNode(makeAll, { EVERGATE_ROOT: root, ...env }),
  }
}

test('makes the four secrets, for the owner alone', async () => {
  const { make, values, mode } = folder()
  const { code, stdout } = await make()
  expect(code).toBe(0)
  expect(stdout).toContain(
    'made GATEWAY_SECRET, ETLS_REFRESH, SIGNING_KEYS, FEED_SECRET in .env.local (0600)',
  )
  expect(mode()).toBe(0o600)
  const { GATEWAY_SECRET, ETLS_REFRESH, SIGNING_KEYS, FEED_SECRET } = values()
  expect(Buffer.from(FEED_SECRET ?? '', 'base64url')).toHaveLength(32)
  expect(Buffer.from(GATEWAY_SECRET ?? '', 'base64url')).toHaveLength(32)
  expect(ETLS_REFRESH?.length).toBeGreaterThanOrEqual(32)
  expect(JSON.parse(SIGNING_KEYS ?? '').keys).toHaveLength(1)
})

test('prints no secret', async () => {
  const { make, values } = folder()
  const { stdout, stderr } = await make()
  for (const secret of Object.values(values())) expect(stdout + stderr).not.toContain(secret)
})

test('a second run changes nothing', async () => {
  const { make, text } = folder()
  await make()
  const before = text()
  expect((await make()).stdout).toContain('unchanged')
  expect(text()).toBe(before)
})

test('what is there stays, byte for byte, and only what is missing is added', async () => {
  const { file, make, text, values } = folder()
  const mine =
    '# mine\nETLS_REFRESH="0123456789abcdef0123456789abcdef" # keep\nREMOTE_API=http://127.0.0.1:9999'
  writeFileSync(file, mine, { mode: 0o600 })
  const { stdout } = await make()
  expect(stdout).toContain('made GATEWAY_SECRET, SIGNING_KEYS, FEED_SECRET')
  expect(text().startsWith(`${mine}\n`)).toBe(true)
  expect(values()).toMatchObject({
    ETLS_REFRESH: '0123456789abcdef0123456789abcdef',
    REMOTE_API: 'http://127.0.0.1:9999',
  })
})

test('what the environment sets is not made', async () => {
  const { file, make } = folder()
  const { stdout } = await make({
    GATEWAY_SECRET: 'a',
    ETLS_REFRESH: 'b',
    SIGNING_KEYS: 'c',
    FEED_SECRET: 'd',
  })
  expect(stdout).toContain('unchanged')
  expect(existsSync(file)).toBe(false)
})

test('in shared-secret mode only the secrets of refresh tokens and of the feed are made', async () => {
  const { make, values } = folder()
  await make({ ETLS_ACCESS: 'x'.repeat(32) })
  expect(Object.keys(values())).toEqual(['ETLS_REFRESH', 'FEED_SECRET'])
})

test('a file that others can read is closed to them, and said so', async () => {
  const { file, make, mode } = folder()
  writeFileSync(file, 'LOG_LEVEL=warn\n')
  chmodSync(file, 0o644)
  expect((await make()).stdout).toContain('.env.local was open to others, made it 0600')
  expect(mode()).toBe(0o600)
})

test('two set-ups at the same moment make one set of secrets', async () => {
  const { root, values } = folder()
  const url = new URL('secrets.mjs', import.meta.url).href
  const locked = moduleOf(
    'lock.mjs',
    'withLock',
    `import { makeSecrets } from '${url}'\nawait withLock(() => makeSecrets(['app', 'auth']))`,
  )
  const runs = await Promise.all([1, 2, 3].map(() => runNode(locked, { EVERGATE_ROOT: root })))
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(runs.filter(({ stdout }) => stdout.includes('made GATEWAY_SECRET'))).toHaveLength(1)
  expect(Object.keys(values())).toHaveLength(4)
})
