import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CookieNames } from '../../gateway/cookies/settings.ts'
import { parseEnv } from '../env-file.ts'
import { evergate, folderWith } from '../testing/io.ts'

const APP = {
  'package.json': '{"dependencies":{"next":"^16.4.6"}}',
  'tsconfig.json': '{}',
  'app/layout.tsx': '',
  'app/login/page.tsx': '',
  '.gitignore': 'node_modules\n',
}

/** Every file of a folder, by path. */
function contents(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(paths.map((path) => [path.slice(root.length + 1), readFileSync(path, 'utf8')]))
}

/** A config without the names of cookies, which every app gets. */
const unnamed = (config = '') =>
  config
    .replace(/ {2}\/\/ Browsers.*\n {2}cookieNames: \{\n(?: {4}.*\n)+ {2}\},\n/, '')
    .replace(', {\n})', ')')

const answering = (...answers: string[]) => ({ ask: async () => answers.shift() ?? '' })

async function initialised(files: Record<string, string>, line = '') {
  const cwd = folderWith({ ...APP, ...files })
  const result = await evergate(`init --yes ${line}`, { cwd })
  return { ...result, files: contents(cwd), cwd }
}

test('a fresh app gets a middleware with its matcher, a wrapped config, a secret and an ignored file for it', async () => {
  const { code, files, cwd, out } = await initialised({})
  expect(code).toBe(0)
  expect(files['middleware.ts']).toBe(`import { createGateway } from 'evergate/next'

// A path that no rule names needs a session.
export const middleware = createGateway({
  rules: [
    { path: '/login', require: 'public' },
  ],
})

export const config = { matcher: ['/', '/((?!_next/static/).*)'] }
`)
  expect(unnamed(files['next.config.mjs'])).toBe(
    "import { withGateway } from 'evergate/next/config'\n\nexport default withGateway({})\n",
  )
  expect(files['.gitignore']).toBe('node_modules\n.env*.local\n')
  const { GATEWAY_SECRET = '' } = parseEnv(files['.env.local'] ?? '')
  expect(Buffer.from(GATEWAY_SECRET, 'base64url')).toHaveLength(32)
  expect(statSync(join(cwd, '.env.local')).mode & 0o777).toBe(0o600)
  expect(out).toContain('+GATEWAY_SECRET=(32 random bytes, not shown)')
  expect(out).not.toContain(GATEWAY_SECRET)
  expect(out).toContain('npm install evergate')
})

describe('next-auth #4119, #7296: the cookies have the name of the app in theirs', () => {
  const manifest = (name: string) => ({
    'package.json': JSON.stringify({ name, dependencies: { next: '^16.4.6' } }),
  })

  test('in a new config', async () => {
    const { files } = await initialised(manifest('@acme/Shop.web'))
    expect(files['next.config.mjs']).toBe(`import { withGateway } from 'evergate/next/config'

export default withGateway({}, {
  // Browsers keep cookies by host, whatever the port: each app on localhost needs names of its own.
  cookieNames: {
    accessToken: 'acme-shop-web-access',
    refreshToken: 'acme-shop-web-refresh',
    userData: 'acme-shop-web-user',
    signedOut: 'acme-shop-web-signed-out',
  },
})
`)
  })

  test('in one that is wrapped, beside the sign-in page', async () => {
    const { files } = await initialised({
      ...manifest('shop'),
      'app/login/page.tsx': '',
      'next.config.mjs': 'const config = { a: 1 }\nexport default config\n',
    })
    expect(files['next.config.mjs']).toContain('export default withGateway(config, {\n')
    expect(files['next.config.mjs']).toContain("accessToken: 'shop-access'")
  })

  test('of its folder, where the package has none', async () => {
    const { cwd, files } = await initialised({})
    const folder = basename(cwd).toLowerCase()
    expect(files['next.config.mjs']).toContain(`accessToken: '${folder}-access'`)
  })

  test('they are a config that `withGateway()` takes', async () => {
    const { withGateway } = await import('../../next/config/config.ts')
    const { files } = await initialised(manifest('shop'))
    const [, options = ''] = /withGateway\(\{\}, (.*)\)\n$/s.exec(files['next.config.mjs'] ?? '') ?? []
    const { cookieNames } = new Function(`return ${options}`)() as { cookieNames: CookieNames }
    expect(() => withGateway({}, { cookieNames })).not.toThrow()
    expect(new Set(Object.values(cookieNames)).size).toBe(4)
    for (const name of Object.values(cookieNames)) expect(name).toMatch(/^shop-[a-z-]+$/)
  })
})

test('a second time there is nothing to do', async () => {
  const { cwd, files } = await initialised({})
  const again = await evergate('init', { cwd })
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('nothing to do') })
  expect(contents(cwd)).toEqual(files)
})

describe('without a sign-in page', () => {
  const fresh = { 'package.json': '{"dependencies":{"next":"16.4.3"}}', 'src/app/layout.tsx': '' }

  test('one is written, with its actions and a page for those who are signed in', async () => {
    const cwd = folderWith({ ...fresh, 'tsconfig.json': '{}' })
    expect((await evergate('init --yes', { cwd })).code).toBe(0)
    const files = contents(cwd)
    expect(files['src/app/login/page.tsx']).toContain('<form action={enter}>')
    expect(files['src/app/login/actions.ts']).toContain('await signIn({')
    expect(files['src/app/dashboard/page.tsx']).toMatch(/<Suspense.*\n\s*<Greeting \/>/)
    expect(files['src/middleware.ts']).toContain("path: '/login'")
  })

  test('in JavaScript without types', async () => {
    const cwd = folderWith(fresh)
    await evergate('init --yes', { cwd })
    const files = contents(cwd)
    expect(files['src/app/login/actions.js']).toContain('enter(form) {')
    expect(files['src/app/login/page.jsx']).not.toContain('Promise')
  })

  test('what lies in app/dashboard stays as it is', async () => {
    const cwd = folderWith({ ...fresh, 'src/app/dashboard/page.tsx': 'mine' })
    await evergate('init --yes', { cwd })
    expect(contents(cwd)['src/app/dashboard/page.tsx']).toBe('mine')
  })
})

test.each([
  ['middleware.ts', 'src/app/page.tsx', 'move it to src/middleware.ts'],
  ['next.config.mjs', 'next.config.ts', 'next.config.ts is not read'],
])('%s beside %s: says so and writes nothing', async (one, other, message) => {
  const before = { 'package.json': APP['package.json'], 'src/app/layout.tsx': '', [one]: '', [other]: '' }
  const cwd = folderWith(before)
  expect(await evergate('init --yes', { cwd })).toMatchObject({
    code: 1,
    err: expect.stringContaining(message),
  })
  expect(contents(cwd)).toEqual(before)
})

test('src, JavaScript and another sign-in page are followed', async () => {
  const cwd = folderWith({
    'package.json': '{"dependencies":{"next":"15.5.18","evergate":"1"}}',
    'src/app/sign-in/page.jsx': '',
    'src/app/favicon.ico': '',
  })
  const { out } = await evergate('init --yes', { cwd })
  const files = contents(cwd)
  expect(files['src/middleware.js']).toContain("rules: [\n    { path: '/sign-in', require: 'public' },\n  ]")
  expect(files['next.config.mjs']).toContain("  signInPath: '/sign-in',\n")
  expect(out).not.toContain('npm install')
})

describe('asking', () => {
  test.each([
    ['n', answering('', 'n')],
    ['nothing', { ask: async () => '' }],
    ['nobody there', {}],
  ])('shows the diff, and leaves nothing behind: %s', async (_name, io) => {
    const cwd = folderWith(APP)
    const { code, out, err } = await evergate('init', { cwd, ...io })
    expect(code).toBe(1)
    expect(out).toContain("+import { createGateway } from 'evergate/next'")
    expect(out).toContain('--- .gitignore\n+++ .gitignore\n@@ -1,1 +1,2 @@\n node_modules\n+.env*.local')
    expect(err).toContain('Nothing was written')
    expect(contents(cwd)).toEqual(APP)
  })

  test('takes the address of the backend, and yes', async () => {
    const cwd = folderWith(APP)
    expect(
      (await evergate('init', { cwd, ...answering('1', 'none', 'https://api.example.com', 'y') })).code,
    ).toBe(0)
    expect(parseEnv(contents(cwd)['.env.local'] ?? '').REMOTE_API).toBe('https://api.example.com')
  })

  test('does not write over what was changed while the question stood', async () => {
    const cwd = folderWith(APP)
    const ask = async (question: string) => {
      if (!question.startsWith('Write')) return ''
      writeFileSync(join(cwd, '.gitignore'), 'mine\n')
      return 'y'
    }
    const { code, err } = await evergate('init', { cwd, ask })
    expect([code, err]).toEqual([1, expect.stringContaining('.gitignore was changed meanwhile')])
    expect(contents(cwd)).toEqual({ ...APP, '.gitignore': 'mine\n' })
  })

  test('--json asks nothing, and prints one document', async () => {
    const cwd = folderWith(APP)
    const { code, out, err } = await evergate('init --json', {
      cwd,
      ask: () => Promise.reject(new Error('asked')),
    })
    expect([code, err]).toEqual([1, ''])
    expect(JSON.parse(out)).toMatchObject({
      written: false,
      changes: [{ path: 'middleware.ts' }, {}, {}, {}],
    })
    expect(contents(cwd)).toEqual(APP)
  })
})

test('when one file cannot be written, none is', async () => {
  const cwd = folderWith({ ...APP, '.env.local': 'A=1\n' })
  // In the way of the last file's draft.
  const blocked = { ...contents(cwd), [`.gitignore.${process.pid}.draft`]: 'x' }
  writeFileSync(join(cwd, `.gitignore.${process.pid}.draft`), 'x')
  const { code, err } = await evergate('init --yes', { cwd })
  expect([code, err]).toEqual([1, expect.stringContaining('Nothing was written')])
  const { [`.gitignore.${process.pid}.draft`]: _, ...expected } = blocked
  expect(contents(cwd)).toMatchObject(expected)
  expect(Object.keys(contents(cwd))).not.toContain('middleware.ts')
})

test('folders of pages go with them when not all can be written', async () => {
  const draft = `.gitignore.${process.pid}.draft`
  const before = { 'package.json': APP['package.json'], 'app/layout.tsx': '', [draft]: 'x' }
  const cwd = folderWith(before)
  expect((await evergate('init --yes', { cwd })).code).toBe(1)
  expect(Object.keys(contents(cwd)).sort()).toEqual(['app/layout.tsx', 'package.json'])
  expect(readdirSync(join(cwd, 'app'))).toEqual(['layout.tsx'])
})

describe('an existing .env.local', () => {
  test('keeps every line, and its secrets stay off the screen', async () => {
    const before = "# mine\nAPI_KEY='very secret'\nGATEWAY_SECRET='there already'"
    const { files, out } = await initialised({ '.env.local': before }, '--remote-api https://api.example.com')
    expect(files['.env.local']).toBe(`${before}\nREMOTE_API='https://api.example.com'\n`)
    expect(out).not.toContain('very secret')
    expect(out).not.toContain('there already')
  })

  test('with ETLS_ACCESS needs no secret of the gateway', async () => {
    const { files } = await initialised({ '.env.local': "ETLS_ACCESS='x'\n" })
    expect(files['.env.local']).toBe("ETLS_ACCESS='x'\n")
  })
})

describe('an existing middleware', () => {
  const own = `import { NextResponse, type NextRequest } from 'next/server'

export async function middleware(request: NextRequest) {
  return NextResponse.next()
}
`
  test('of one function goes into next:', async () => {
    const { files } = await initialised({ 'middleware.ts': own })
    const text = files['middleware.ts'] ?? ''
    expect(text).toContain('async function ownMiddleware(request: NextRequest) {')
    expect(text).toContain('export const middleware = createGateway({')
    expect(text).toContain('  next: ownMiddleware,\n})')
    expect(text.match(/^export /gm)).toHaveLength(2)
  })

  test('called proxy.ts keeps its name', async () => {
    const { files } = await initialised({ 'proxy.ts': own.replace('middleware', 'proxy') })
    expect(files['proxy.ts']).toContain('export const proxy = createGateway({')
    expect(files).not.toHaveProperty('middleware.ts')
  })

  test.each([
    ['a matcher', `${own}export const config = { matcher: '/a' }\n`],
    ['an event', own.replace('NextRequest)', 'NextRequest, event: NextFetchEvent)')],
    ['a wrapper', 'export default withOther(() => undefined)\n'],
  ])('with %s is left alone, all else is written, and what to write there is said', async (_name, text) => {
    const { code, err, files, cwd } = await initialised({ 'middleware.ts': text })
    expect([code, files['middleware.ts']]).toEqual([1, text])
    expect(err).toContain('next: yourMiddleware')
    expect(files['next.config.mjs']).toContain('withGateway(')
    expect(files['.env.local']).toContain('GATEWAY_SECRET=')
    // Run again: nothing is left but this.
    const again = await evergate('init --yes', { cwd })
    expect([again.code, again.out]).toEqual([1, ''])
    expect(again.err).toContain('next: yourMiddleware')
    writeFileSync(join(cwd, 'middleware.ts'), 'export const middleware = createGateway()\n')
    expect((await evergate('init --yes', { cwd })).code).toBe(0)
  })

  test('that cannot be moved and is called proxy.ts: what to write has the name that Next looks for', async () => {
    const { err } = await initialised({ 'proxy.ts': 'export default withOther(() => undefined)\n' })
    expect(err).toContain('export const proxy = createGateway({')
  })

  test('that is a gateway is left alone', async () => {
    const text = 'export const middleware = createGateway()\n'
    expect((await initialised({ 'middleware.ts': text })).files['middleware.ts']).toBe(text)
  })

  test('beside a proxy stops everything', async () => {
    const { code, err } = await initialised({ 'middleware.ts': own, 'proxy.ts': own })
    expect([code, err]).toEqual([1, expect.stringContaining('middleware.ts and proxy.ts')])
  })
})

describe('an existing next.config', () => {
  test.each([
    ['next.config.mjs', 'export default { a: { b: 1 } }\n', 'export default withGateway({ a: { b: 1 } })\n'],
    ['next.config.js', 'const c = {}\nexport default c;\n', 'const c = {}\nexport default withGateway(c);\n'],
    [
      'next.config.ts',
      'const nextConfig: NextConfig = {\n  a: 1,\n}\n\nexport default nextConfig\n',
      'const nextConfig: NextConfig = {\n  a: 1,\n}\n\nexport default withGateway(nextConfig)\n',
    ],
  ])('%s is wrapped', async (path, before, after) => {
    const { files } = await initialised({ [path]: before })
    expect(unnamed(files[path])).toBe(`import { withGateway } from 'evergate/next/config'\n${after}`)
  })

  test.each([
    ['next.config.js', 'module.exports = {}\n'],
    ['next.config.mjs', 'export default async () => ({})\n'],
    ['next.config.mjs', "export default withMDX({ extension: '}' })\n"],
    ['next.config.mjs', 'export default {} || other\n'],
    ['next.config.ts', 'export default {} satisfies NextConfig\n'],
    ['next.config.mjs', "export default { a: '}' }\n"],
    ['next.config.mjs', 'const c = () => ({})\nexport default c\n'],
  ])('%s that says %j is left alone, and what to write is said', async (path, text) => {
    const { code, err, files } = await initialised({ [path]: text })
    expect([code, files[path]]).toEqual([1, text])
    expect(err).toContain('withGateway(yourConfig, {')
    expect(files['middleware.ts']).toContain('createGateway(')
  })
})

test.each([
  ['app/(login)/sign-in/page.tsx', '/sign-in'],
  ['src/app/(site)/(auth)/login/page.tsx', '/login'],
  ['app/auth/sign-in/page.jsx', '/auth/sign-in'],
])('a sign-in page in %s is seen, and none is written beside it', async (path, address) => {
  const cwd = folderWith({
    'package.json': '{"dependencies":{"next":"^16.4.6"}}',
    [path]: '',
    [path.replace(/\([^)]*\)\/.*|auth\/.*/, 'pricing/page.tsx')]: '',
  })
  const { out } = await evergate('init --yes', { cwd })
  const files = contents(cwd)
  const middleware = files['middleware.js'] ?? files['src/middleware.js']
  expect(middleware).toContain(`{ path: '${address}', require: 'public' }`)
  if (address !== '/login') expect(files['next.config.mjs']).toContain(`signInPath: '${address}'`)
  expect(Object.keys(files).filter((file) => file.includes('login/page'))).toEqual(
    path.includes('login/page') ? [path] : [],
  )
  expect(out).toContain('anybody may see. There are /pricing')
})

test('pages beside the sign-in page by which people come to sign in are public, and others of the same names are not', async () => {
  const cwd = folderWith({
    'package.json': '{"dependencies":{"next":"15.5.4"}}',
    'src/app/api/stripe/webhook/route.ts': '',
    ...Object.fromEntries(
      ['(auth)/login', '(auth)/register', '(auth)/forgot-password', 'admin/register', 'profile'].map(
        (page) => [`src/app/${page}/page.tsx`, ''],
      ),
    ),
  })
  const { out } = await evergate('init --yes', { cwd })
  const paths = contents(cwd)['src/middleware.js']?.match(/(?<=path: ')[^']+/g)
  expect(paths?.toSorted()).toEqual(['/forgot-password', '/login', '/register'])
  expect(out).toContain('anybody may see. There are /admin/register /profile')
  expect(out).toContain('so does what public pages fetch. There are /api/stripe/webhook')
})

test.each([
  ['no app', { 'package.json': '{"dependencies":{"next":"16"}}' }, 'no folder app'],
  ['no Next', { 'package.json': '{}', 'app/page.tsx': '' }, 'does not name next'],
  [
    'an old Next',
    { 'package.json': '{"dependencies":{"next":"^14.2.0"}}', 'app/page.tsx': '' },
    '15 or newer',
  ],
])('%s: says so and writes nothing', async (_name, files, message) => {
  const cwd = folderWith(files)
  expect(await evergate('init --yes', { cwd })).toMatchObject({
    code: 1,
    err: expect.stringContaining(message),
  })
  expect(contents(cwd)).toEqual(files)
})

test('an address that is none is used wrongly: 2', async () => {
  const { code, err } = await initialised({}, '--remote-api api.example.com')
  expect([code, err]).toEqual([2, expect.stringContaining('REMOTE_API: must be')])
})
