import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'

const CONFIG = join(import.meta.dirname, 'config.ts')

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
  return new Promise((resolve) => {
    const options = { cwd: app, env: { PATH: process.env.PATH, ...env } as unknown as NodeJS.ProcessEnv }
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

test('what the gateway needs is set, and the app’s own settings stay', async () => {
  const { out } = await load(
    BUILD,
    {},
    '{ reactStrictMode: true, experimental: { inlineCss: true }, env: { A: "1" } }',
  )
  expect(JSON.parse(out)).toEqual({
    reactStrictMode: true,
    skipProxyUrlNormalize: true,
    env: { A: '1', EVERGATE_OPTIONS: '{}' },
    experimental: { authInterrupts: true, inlineCss: true },
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

test('languages of the Pages Router fail the build: /de/admin would meet no rule for /admin', async () => {
  const { code, err } = await load(BUILD, {}, '{ i18n: { locales: ["en", "de"], defaultLocale: "en" } }')
  expect([code, err]).toEqual([
    1,
    'i18n in next.config: rules do not know its paths; use a `[lang]` folder of the App Router\n',
  ])
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
  expect([code, err]).toEqual([1, 'GATEWAY_SECRET: is missing; run `npm run setup`, which makes one\n'])
})

test('each bad variable is a line', async () => {
  const { code, err } = await load(BUILD, { COOKIE_SECURE: 'maybe', RENEW_BEFORE: 'soon' })
  expect(code).toBe(1)
  expect(err.trim().split('\n')).toEqual([
    'RENEW_BEFORE: must be a whole number of seconds',
    'COOKIE_SECURE: must be auto, true or false',
  ])
})
