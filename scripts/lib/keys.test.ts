import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { evergate } from '../../lib/cli/testing/io.ts'
import { moduleOf, runNode, temporaryRoot } from '../testing/child.ts'

const DAY = 86_400_000
const command = join(import.meta.dirname, '../main.mjs')

/** A root with the three kinds of keys, and the command on it. */
async function keyRoot(first = '') {
  const root = temporaryRoot()
  const file = join(root, '.env.local')
  if (first) writeFileSync(file, first, { mode: 0o600 })
  const make = moduleOf('secrets.mjs', 'makeSecrets', "await makeSecrets(['app', 'auth'])")
  await runNode(make, { EVERGATE_ROOT: root })
  const values = () => parseEnv(readFileSync(file, 'utf8')) as Record<string, string>
  return {
    file,
    values,
    root,
    /** As `npm run keys` does it, in this process. */
    async keys(args: string, env: Record<string, string> = {}) {
      const { code, out, err } = await evergate(`keys ${args}`, { cwd: root, env })
      return { code, stdout: out, stderr: err }
    },
    /** The three lists, newest first. */
    rings: () => {
      const { SIGNING_KEYS = '{}', ETLS_REFRESH = '', GATEWAY_SECRET = '' } = values()
      const kids = JSON.parse(SIGNING_KEYS).keys.map(({ kid }: { kid: string }) => kid) as string[]
      return { signing: kids, refresh: ETLS_REFRESH.split(','), gateway: GATEWAY_SECRET.split(',') }
    },
    /** As if the last rotation had been so long ago. */
    age(ms: number) {
      const record = JSON.parse(values().KEY_ROTATIONS ?? '{}')
      for (const entry of Object.values(record) as { rotatedAt: string }[])
        entry.rotatedAt = new Date(Date.parse(entry.rotatedAt) - ms).toISOString()
      const text = readFileSync(file, 'utf8').replace(/^KEY_ROTATIONS=.*$/m, '')
      writeFileSync(file, `${text}KEY_ROTATIONS='${JSON.stringify(record)}'\n`)
    },
  }
}

test('ASVS 11.2.2, 13.3.4: rotate puts a new key of each kind in front, and keeps the one before', async () => {
  const { root, rings, file } = await keyRoot('# mine\nREMOTE_API=http://127.0.0.1:9 # here\n')
  const before = rings()
  const done = await runNode([command, 'keys', 'rotate'], { EVERGATE_ROOT: root })
  expect(done).toMatchObject({ code: 0, stderr: '' })
  const after = rings()
  for (const kind of ['signing', 'refresh', 'gateway'] as const) {
    expect(after[kind]).toHaveLength(2)
    expect(after[kind][1]).toBe(before[kind][0])
  }
  const text = readFileSync(file, 'utf8')
  expect(text.startsWith('# mine\nREMOTE_API=http://127.0.0.1:9 # here\n')).toBe(true)
  expect(text.match(/^ETLS_REFRESH=/gm)).toHaveLength(1)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('no command prints a secret', async () => {
  const { keys, values } = await keyRoot()
  let printed = ''
  for (const args of [
    'list',
    'stage',
    'rotate',
    'list',
    'rotate refresh',
    'retire',
    'retire --force',
    'list',
  ]) {
    const { stdout, stderr } = await keys(args)
    printed += stdout + stderr
    const { SIGNING_KEYS = '', ETLS_REFRESH = '', GATEWAY_SECRET = '' } = values()
    const privates = JSON.parse(SIGNING_KEYS).keys.map(({ d }: { d: string }) => d)
    for (const secret of [...privates, ...ETLS_REFRESH.split(','), ...GATEWAY_SECRET.split(',')])
      expect(printed).not.toContain(secret)
  }
  expect(printed).toContain('accepted')
})

test('a staged key is accepted first and used by the next rotation', async () => {
  const { keys, rings } = await keyRoot()
  const [first] = rings().refresh
  await keys('stage refresh')
  const [, staged] = rings().refresh
  expect(rings().refresh).toEqual([first, staged])
  expect((await keys('list refresh')).stdout).toMatch(/in use\n.* staged\n/)
  expect(await keys('stage refresh')).toMatchObject({ code: 1, stderr: expect.stringContaining('rotate') })
  await keys('rotate refresh')
  expect(rings().refresh).toEqual([staged, first])
})

test('retire refuses while a token of the older keys may live, and does it afterwards', async () => {
  const { keys, rings, age } = await keyRoot()
  await keys('rotate')
  const [newest] = rings().refresh
  const early = await keys('retire refresh')
  expect(early).toMatchObject({ code: 1, stderr: expect.stringMatching(/may live until .* UTC/) })
  expect(rings().refresh).toHaveLength(2)
  // The idle limit of a session and an hour for the restarts.
  age(13 * 3_600_000 - 60_000)
  expect((await keys('retire refresh')).code).toBe(1)
  age(120_000)
  expect(await keys('retire refresh')).toMatchObject({ code: 0, stdout: expect.stringContaining('gone') })
  expect(rings().refresh).toEqual([newest])
  expect((await keys('retire refresh')).stdout).toContain('nothing to retire')
})

test('retire goes by the limits that are set, and --force goes at once', async () => {
  const { keys, rings, age } = await keyRoot()
  await keys('rotate refresh')
  age(2 * DAY)
  expect((await keys('retire refresh', { REFRESH_TOKEN_TTL: String(3 * 86_400) })).code).toBe(1)
  expect((await keys('retire refresh', { REFRESH_TOKEN_TTL: '86400' })).code).toBe(0)
  await keys('rotate signing')
  expect((await keys('retire signing')).code).toBe(1)
  expect((await keys('retire signing --force')).code).toBe(0)
  expect(rings().signing).toHaveLength(1)
})

test('keys that somebody listed by hand are retired by force only', async () => {
  const two = 'a first refresh secret 0123456789,a second refresh secret 0123456789'
  const { keys } = await keyRoot(`ETLS_REFRESH='${two}'\n`)
  expect(await keys('retire refresh')).toMatchObject({ code: 1, stderr: expect.stringContaining('--force') })
  expect((await keys('retire refresh --force')).code).toBe(0)
})

test('what the environment sets is not changed behind its back', async () => {
  const { keys, rings } = await keyRoot()
  const before = rings()
  const given = { ETLS_REFRESH: 'a refresh secret of the machine 0123456789' }
  const { code, stderr } = await keys('rotate refresh', given)
  expect([code, stderr]).toEqual([1, expect.stringContaining('wins over .env.local')])
  expect(rings()).toEqual(before)
})

test('with ETLS_ACCESS there is a refresh secret to rotate and nothing else', async () => {
  const { keys, values } = await keyRoot("ETLS_ACCESS='access tokens of the tests 0123456789'\n")
  expect(await keys('rotate signing')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ETLS_ACCESS'),
  })
  expect((await keys('rotate')).code).toBe(0)
  expect(values().ETLS_REFRESH?.split(',')).toHaveLength(2)
  expect(values()).not.toHaveProperty('SIGNING_KEYS')
})

test.each(['rotate all', 'rotate signing refresh', 'list --force', 'forget'])(
  '%s shows the usage, and ends with 2',
  async (args) => {
    const { keys } = await keyRoot()
    expect(await keys(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage') })
  },
)
