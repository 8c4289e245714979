import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as presets from '../../backend/presets.ts'
import { parseEnv } from '../env-file.ts'
import { evergate, folderWith } from '../testing/io.ts'

const APP = {
  'package.json': '{"dependencies":{"next":"^16.4.6"}}',
  'tsconfig.json': '{}',
  'app/layout.tsx': '',
}

async function initialised(line: string, files: Record<string, string> = {}, answers?: string[]) {
  const cwd = folderWith({ ...APP, ...files })
  const ask = answers && (async () => answers.shift() ?? '')
  const result = await evergate(`init ${line}`, { cwd, ...(ask && { ask }) })
  const read = (path: string) =>
    existsSync(join(cwd, path)) ? readFileSync(join(cwd, path), 'utf8') : undefined
  return { ...result, cwd, read, env: () => parseEnv(read('.env.local') ?? '') }
}

describe('who signs people in', () => {
  test.each(Object.keys(presets))(
    'an API with the preset %s: its two lines, named in next.config',
    async (name) => {
      const { code, read } = await initialised(`--yes --backend ${name} --remote-api https://api.example.com`)
      expect(code).toBe(0)
      expect(read('session-backend.ts')).toBe(
        `import { apiBackend, ${name} } from 'evergate/backend'\n\nexport default apiBackend(${name})\n`,
      )
      expect(read('next.config.mjs')).toContain("  backend: './session-backend.ts',\n")
    },
  )

  test('a preset is found by the name of its page, too, and is asked for at a terminal', async () => {
    expect((await initialised('--yes --backend simple-jwt')).read('session-backend.ts')).toContain(
      'simpleJwt',
    )
    const asked = await initialised('', {}, ['1', 'nest', 'https://api.example.com', 'y'])
    expect(asked.read('session-backend.ts')).toContain('apiBackend(nest)')
    expect(asked.env()).toMatchObject({ REMOTE_API: 'https://api.example.com' })
  })

  test('another API gets an object to fill in, and the way to do it', async () => {
    const { read, out } = await initialised('--yes --backend api')
    expect(read('session-backend.ts')).toContain("signIn: '/login'")
    expect(out).toContain('npx evergate doctor --probe --sign-in /login --refresh /refresh')
  })

  test('an OpenID provider: its file, its routes, its middleware, a link to sign in', async () => {
    const { read, env, out } = await initialised('', { 'src/app/page.tsx': '' }, ['2', 'y'])
    expect(read('provider.ts')).toContain('export const provider: OAuth2Options = {')
    expect(read('app/auth/[action]/route.ts')).toContain("from '../../../provider'")
    expect(read('middleware.ts')).toContain("{ path: '/auth/:path*', require: 'public' },")
    expect(read('middleware.ts')).toContain('  backend: oauth2Backend(provider),\n})')
    expect(read('app/login/page.tsx')).toContain('href={`/auth/signin?returnTo=')
    expect(Object.keys(env())).toEqual(['ETLS_ACCESS'])
    expect(out).toContain('OPENID_ISSUER')
  })

  test('nobody yet: both secrets of the auth server, and its package', async () => {
    const { env, out } = await initialised('', { 'pnpm-lock.yaml': '' }, ['', 'y'])
    expect(Object.keys(env())).toEqual(['ETLS_ACCESS', 'ETLS_REFRESH'])
    expect(env().ETLS_ACCESS).not.toBe(env().ETLS_REFRESH)
    expect(out).toContain('pnpm add evergate @evergate/auth-server')
    expect(out).toContain('npx evergate-auth-server')
  })

  test('this app itself, with a table of users of its own: the auth server, over it or with its users', async () => {
    const { env, out } = await initialised('', {}, ['3', 'y'])
    expect(Object.keys(env())).toEqual(['ETLS_ACCESS', 'ETLS_REFRESH'])
    expect(out).toContain('@evergate/auth-server')
    expect(out).toContain('docs/existing-users.md')
    expect(out).toContain('users import')
    expect((await initialised('--yes --backend own-users')).env()).toHaveProperty('ETLS_REFRESH')
  })

  test('a word that is no kind is used wrongly: 2', async () => {
    const { code, err } = await initialised('--yes --backend rails')
    expect([code, err]).toEqual([2, expect.stringContaining('simpleJwt')])
  })
})

test.each([
  ['pnpm-lock.yaml', 'pnpm add'],
  ['yarn.lock', 'yarn add'],
  ['bun.lock', 'bun add'],
  ['package-lock.json', 'npm install'],
])('in a monorepo with %s above the app it says %s', async (lockfile, command) => {
  const files = Object.fromEntries(Object.entries(APP).map(([path, text]) => [`apps/web/${path}`, text]))
  const root = folderWith({ ...files, [lockfile]: '' })
  const { out } = await evergate('init --yes', { cwd: join(root, 'apps/web') })
  expect(out).toContain(`${command} evergate\n`)
})

test.each([
  [
    "import createMiddleware from 'next-intl/middleware'\nexport default createMiddleware(routing)\n",
    'intl(request)',
  ],
  ["export { auth as middleware } from '@/auth'\nimport 'next-auth'\n", 'docs/migrate.md'],
  ["import { clerkMiddleware } from '@clerk/nextjs/server'\nexport default clerkMiddleware()\n", 'Clerk'],
])('a middleware of another package is recognised: %s', async (text, advice) => {
  const { code, err } = await initialised('--yes', { 'middleware.ts': text })
  expect([code, err]).toEqual([1, expect.stringContaining(advice)])
})

describe('--undo', () => {
  const own = { '.env.local': 'MINE=1\n', '.gitignore': 'dist\n', 'next.config.mjs': 'export default {}\n' }

  test('takes back all that was written, folders too, and nothing else', async () => {
    const { cwd, read } = await initialised('--yes --backend nest --remote-api https://api.example.com', own)
    expect(read('app/login/page.tsx')).toBeDefined()
    const { code } = await evergate('init --undo', { cwd })
    expect(code).toBe(0)
    for (const [path, text] of Object.entries({ ...APP, ...own })) expect(read(path), path).toBe(text)
    for (const path of ['middleware.ts', 'session-backend.ts', 'app/login', 'app/dashboard'])
      expect(existsSync(join(cwd, path)), path).toBe(false)
  })

  test('leaves a file that was changed since, says so, and ends with 1', async () => {
    const { cwd, read } = await initialised('--yes')
    writeFileSync(join(cwd, 'middleware.ts'), 'mine')
    const { code, out, err } = await evergate('init --undo', { cwd })
    expect([code, read('middleware.ts')]).toEqual([1, 'mine'])
    expect(out).toContain('taken back: next.config.mjs')
    expect(err).toContain('middleware.ts was changed since')
  })

  test('holds no secret on record, and does nothing twice', async () => {
    const { cwd, read, env } = await initialised('--yes')
    const { GATEWAY_SECRET = '-' } = env()
    expect(read('node_modules/.cache/evergate/init.json')).not.toContain(GATEWAY_SECRET)
    await evergate('init --undo', { cwd })
    expect(await evergate('init --undo', { cwd })).toMatchObject({
      code: 1,
      err: expect.stringContaining('nothing to take back'),
    })
  })
})
