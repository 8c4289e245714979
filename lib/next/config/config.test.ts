import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'

const CONFIG = join(import.meta.dirname, 'config.ts')

const { PATH, NODE_COMPILE_CACHE } = process.env
let app: string
beforeEach(() => {
  app = mkdtempSync(join(tmpdir(), 'evergate-config-'))
})
afterEach(() => rmSync(app, { recursive: true }))

/** Loads the configuration as Next does at `phase`, in the app's folder. */
function load(
  phase: string,
  env: Record<string, string> = {},
  args = '',
): Promise<{ code: number; out: string; err: string }> {
  const script = `
    const { withGateway } = await import(${JSON.stringify(CONFIG)})
    console.log(JSON.stringify(await withGateway(${args})(${JSON.stringify(phase)})))
  `
  return run(script, env)
}

function run(
  script: string,
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const options = { cwd: app, env: { PATH, NODE_COMPILE_CACHE, ...env } as unknown as NodeJS.ProcessEnv }
    execFile(process.execPath, ['--input-type=module', '-e', script], options, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })
}

const write = (path: string) => {
  mkdirSync(dirname(join(app, path)), { recursive: true })
  writeFileSync(join(app, path), '')
}

const BUILD = 'phase-production-build'
const START = 'phase-production-server'

test('a build for a host that makes an option useless tells of it once, and goes on', async () => {
  const path = join(app, 'middleware.ts')
  writeFileSync(
    path,
    "export const middleware = createGateway({ revocation: endedFeed({ polls: 'process' }) })",
  )
  writeFileSync(join(app, 'instrumentation.ts'), 'export const register = () => guardServer()')
  const { code, err } = await load(BUILD, { NEXT_PRIVATE_STANDALONE: 'true' })
  expect([code, err.match(/^revocation: polls: 'process'/gm)?.length]).toEqual([0, 1])
  expect((await load(BUILD)).err).toBe('')
})

test('what the gateway needs is set, and the app’s own settings stay', async () => {
  const { out } = await load(
    BUILD,
    {},
    '{ reactStrictMode: true, experimental: { inlineCss: true }, env: { A: "1" }, serverExternalPackages: ["sharp"] }',
  )
  expect(JSON.parse(out)).toEqual({
    reactStrictMode: true,
    skipProxyUrlNormalize: true,
    // Native code of the auth server, which an app may call to check a password.
    serverExternalPackages: ['sharp', '@evergate/auth-server'],
    env: { A: '1', EVERGATE_OPTIONS: '{}', EVERGATE_PUBLIC_FILES: '{"paths":[]}' },
    experimental: { inlineCss: true },
  })
})

test('options reach the middleware and the app alike', async () => {
  const { out } = await load(BUILD, {}, '{}, { signInPath: "/sign-in", cookieNames: { accessToken: "at" } }')
  expect(JSON.parse(JSON.parse(out).env.EVERGATE_OPTIONS)).toEqual({
    signInPath: '/sign-in',
    cookieNames: { accessToken: 'at' },
  })
})

test('the basePath is handed on, so that rules and returnTo know paths without it', async () => {
  const { out } = await load(BUILD, {}, '{ basePath: "/app" }, { signInPath: "/sign-in" }')
  const { basePath, env } = JSON.parse(out)
  expect([basePath, JSON.parse(env.EVERGATE_OPTIONS)]).toEqual([
    '/app',
    { signInPath: '/sign-in', basePath: '/app' },
  ])
})

test('`forbidden()` is switched on for an app that has a page for it, and for no other', async () => {
  expect(JSON.parse((await load(BUILD)).out).experimental).not.toHaveProperty('authInterrupts')
  write('src/app/(staff)/forbidden.tsx')
  expect(JSON.parse((await load(BUILD)).out).experimental).toHaveProperty('authInterrupts', true)
})

describe('files for everybody', () => {
  const publicFiles = async (phase: string, args = '') =>
    JSON.parse(JSON.parse((await load(phase, {}, args)).out).env.EVERGATE_PUBLIC_FILES)

  it('are listed: public/ and metadata of app/', async () => {
    for (const path of ['public/logo.png', 'app/icon.svg', 'app/(site)/opengraph-image.png', 'app/page.tsx'])
      write(path)
    const { paths, pattern } = await publicFiles(BUILD)
    expect(paths).toEqual(['/icon.svg', '/logo.png'])
    expect('/opengraph-image-1ycygp.png').toMatch(new RegExp(pattern))
  })

  it('are found in the folder of next.config, wherever the build was started', async () => {
    write('apps/shop/public/logo.png')
    write('public/elsewhere.png')
    writeFileSync(
      join(app, 'apps/shop/next.config.mjs'),
      `import { withGateway } from ${JSON.stringify(CONFIG)}\nexport default withGateway({})\n`,
    )
    const script = `
      const { default: config } = await import('./apps/shop/next.config.mjs')
      console.log(JSON.stringify(await config(${JSON.stringify(BUILD)})))
    `
    const { out } = await run(script)
    expect(JSON.parse(JSON.parse(out).env.EVERGATE_PUBLIC_FILES).paths).toEqual(['/logo.png'])
  })

  it('are not looked for by a server that starts: what was built counts', async () => {
    const { out } = await load(START, { GATEWAY_SECRET: 'gwSecret-0123456789-abcdefghij-ABCDEFGHIJ' })
    expect(JSON.parse(out).env).not.toHaveProperty('EVERGATE_PUBLIC_FILES')
  })
})

test('a path of the image optimizer is handed on, below the basePath', async () => {
  const { out } = await load(BUILD, {}, '{ basePath: "/app", images: { path: "/app/pictures" } }')
  expect(JSON.parse(JSON.parse(out).env.EVERGATE_OPTIONS)).toMatchObject({ imagePath: '/pictures' })
})

test('a rule that the gateway does not take fails the build, not every page', async () => {
  write('middleware.ts')
  writeFileSync(
    join(app, 'middleware.ts'),
    `export default createGateway({ rules: [{ path: '/:file.png', require: 'public' }] })`,
  )
  const { code, err } = await load(BUILD)
  expect([code, err]).toEqual([1, expect.stringContaining('rule path "/:file.png" is not understood')])
})

describe('a file that Next does not run, or does not read, fails the build', () => {
  it.each([
    [['middleware.ts', 'src/app/page.tsx'], 'move it to src/middleware.ts'],
    [['src/proxy.ts', 'app/page.tsx'], 'move it to proxy.ts'],
    [['next.config.ts', 'next.config.mjs'], 'next.config.ts is not read: Next takes next.config.mjs'],
  ])('%j: %s', async (paths, message) => {
    for (const path of paths) write(path)
    const { code, err } = await load(BUILD)
    expect([code, err]).toEqual([1, expect.stringContaining(message)])
  })
})

test('languages of the Pages Router fail the build: /de/admin would meet no rule for /admin', async () => {
  const { code, err } = await load(BUILD, {}, '{ i18n: { locales: ["en", "de"], defaultLocale: "en" } }')
  expect([code, err]).toEqual([
    1,
    'i18n in next.config: rules do not know its paths; use a `[locale]` folder of the App Router\n',
  ])
})

test('a sign-in page for each language needs to know them', async () => {
  const { code, err } = await load(BUILD, {}, '{}, { signInPath: "/:locale/login" }')
  expect([code, err]).toEqual([
    1,
    'signInPath has :locale in it: say in `locales` which languages there are\n',
  ])
  const { out } = await load(BUILD, {}, '{}, { signInPath: "/:locale/login", locales: ["en", "de"] }')
  expect(JSON.parse(JSON.parse(out).env.EVERGATE_OPTIONS)).toEqual({
    signInPath: '/:locale/login',
    locales: ['en', 'de'],
  })
})

test('a function cannot be written into the build', async () => {
  const { code, err } = await load(BUILD, {}, '{}, { signInPath: () => "/login" }')
  expect([code, err]).toEqual([1, 'signInPath is a function: give it to createGateway() in middleware.ts\n'])
})

describe('a standalone build reads no configuration at start', () => {
  const problem =
    'instrumentation.ts: a standalone build needs `guardServer()` of evergate/next in its `register()`\n'

  it.each(['instrumentation.ts', 'src/instrumentation.js'])('so %s has to guard the server', async (file) => {
    const standalone = '{ output: "standalone" }'
    expect(await load(BUILD, {}, standalone)).toMatchObject({ code: 1, err: problem })
    write(file)
    expect(await load(BUILD, {}, standalone)).toMatchObject({ code: 1, err: problem })
    writeFileSync(join(app, file), 'export const register = () => guardServer()')
    expect((await load(BUILD, {}, standalone)).code).toBe(0)
  })

  it('nor does one that an adapter asks for by a variable', async () => {
    const adapter = { NEXT_PRIVATE_STANDALONE: 'true' }
    expect(await load(BUILD, adapter)).toMatchObject({ code: 1, err: problem })
    writeFileSync(join(app, 'instrumentation.ts'), 'export const register = () => guardServer()')
    expect((await load(BUILD, adapter)).code).toBe(0)
  })
})

describe('proxy.ts beside middleware.ts fails the build', () => {
  it.each([
    ['proxy.ts', 'middleware.ts'],
    ['src/proxy.ts', 'src/middleware.ts'],
    ['proxy.js', 'src/middleware.ts'],
  ])('%s and %s', async (proxy, middleware) => {
    write(proxy)
    write(middleware)
    const { code, err } = await load(BUILD)
    expect(code).toBe(1)
    expect(err).toBe(
      'proxy.ts stands beside middleware.ts: Next runs only one of them; delete the one you do not need\n',
    )
  })

  it('either alone is fine', async () => {
    write('proxy.ts')
    expect((await load(BUILD)).code).toBe(0)
  })
})

test('a build needs no secret, a start does', async () => {
  expect((await load(BUILD)).code).toBe(0)
  const { code, err } = await load(START)
  expect([code, err]).toEqual([
    1,
    'GATEWAY_SECRET: is missing; run `npx evergate keys make`, which makes one\n',
  ])
})

test('each bad variable is a line', async () => {
  const { code, err } = await load(BUILD, { COOKIE_SECURE: 'maybe', RENEW_BEFORE: 'soon' })
  expect(code).toBe(1)
  expect(err.trim().split('\n')).toEqual([
    'RENEW_BEFORE: must be a whole number of seconds',
    'COOKIE_SECURE: must be auto, true or false',
  ])
})
