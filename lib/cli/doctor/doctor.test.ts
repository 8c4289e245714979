import { execFileSync } from 'node:child_process'
import { chmodSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { HealthyApp } from '../testing/healthy-app.ts'
import { EVERYTHING, healthyApp, issuer, manifest, serve, tokens } from '../testing/healthy-app.ts'
import { evergate, folderWith } from '../testing/io.ts'
import type { Finding } from './check.ts'
import { appChecks } from './checks/app.ts'
import { backendChecks } from './checks/backend.ts'
import { deliveryChecks } from './checks/delivery.ts'
import { deviceChecks, deviceRouteChecks } from './checks/device.ts'
import { deviceAnswerChecks } from './checks/device-answers.ts'
import { deviceSessionChecks } from './checks/device-session.ts'
import { keySetChecks } from './checks/key-set.ts'
import { layoutChecks } from './checks/layout.ts'
import { buildChecks, routeChecks } from './checks/routes.ts'
import { secretChecks } from './checks/secrets.ts'
import { sessionChecks } from './checks/session.ts'
import { versionChecks } from './checks/versions.ts'

type Fault = (app: HealthyApp) => unknown
type Deed = (root: string) => unknown

/** Where names of other hosts lead, as a resolver would send them. */
const OTHER_HOSTS = ['http://api.example.com', 'https://shop.example.com', 'http://shop.example.com']

/** Spoils a healthy app, on disk by `deed`, and runs doctor with everything it can ask. */
async function examine(fault: Fault = () => {}, deed: Deed = () => {}, line = '--email ada@example.com') {
  const app = await healthyApp()
  await fault(app)
  const [backend, site] = await Promise.all([serve(app.backend), serve(app.pages)])
  const cwd = folderWith(app.files)
  deed(cwd)
  const homes = new Map([
    [OTHER_HOSTS[0], backend],
    [OTHER_HOSTS[1], site],
    [OTHER_HOSTS[2], site],
  ])
  const result = await evergate(`doctor --json --url ${app.url || site} ${line}`, {
    cwd,
    env: { REMOTE_API: backend, EVERGATE_PASSWORD: 'a password', ...app.env },
    nodeVersion: app.nodeVersion,
    fetch: (url, init) => {
      const { origin } = new URL(url)
      return fetch(url.replace(origin, homes.get(origin) ?? origin), init)
    },
  })
  const report = JSON.parse(result.out) as { findings: Finding[]; checked: number; notChecked: unknown[] }
  return { ...result, ...report, ids: report.findings.map(({ check }) => check) }
}

const change =
  (path: string, from: string | RegExp, to: string): Fault =>
  ({ files }) => {
    const before = files[path] ?? ''
    files[path] = before.replace(from, to)
    if (files[path] === before) throw new Error(`nothing to change in ${path}`)
  }
const add =
  (path: string, text: string): Fault =>
  ({ files }) => {
    files[path] = (files[path] ?? '') + text
  }
const setEnv =
  (env: Record<string, string>): Fault =>
  (app) =>
    Object.assign(app.env, env)
const answer =
  (path: string, part: Partial<HealthyApp['backend'][string]>): Fault =>
  ({ backend }) => {
    Object.assign(backend[path] ?? {}, part)
  }
const keySet = (keys: unknown) => answer('/.well-known/jwks.json', { body: JSON.stringify(keys) })
const signIn =
  (part: object, claims: object = {}): Fault =>
  async ({ backend }) => {
    const body = JSON.stringify(await tokens(part, claims))
    Object.assign(backend['/login'] ?? {}, { body })
  }
const onPage =
  (headers: Record<string, string>): Fault =>
  ({ pages }) => {
    Object.assign(pages['/dashboard']?.headers ?? {}, headers)
  }
const version =
  (name: string, number: string): Fault =>
  ({ files }) => {
    files[`node_modules/${name}/package.json`] = JSON.stringify({ name, version: number })
  }
const matchers =
  (...list: object[]) =>
  ({ files }: HealthyApp) => {
    files['.next/server/middleware-manifest.json'] = manifest(list)
  }
const rewriting =
  (source: string, destination = 'https://old.example/:path*'): Fault =>
  ({ files }) => {
    const rewrites = { beforeFiles: [], afterFiles: [{ source, destination }], fallback: [] }
    files['.next/routes-manifest.json'] = JSON.stringify({ rewrites })
  }
const bindings: Fault = change(
  'middleware.ts',
  /^(.*)createGateway\(\{/s,
  "import { bindDevices } from 'evergate/device'\n$1createGateway({ deviceBinding: bindDevices({ mode: 'prefer' }),",
)
/** The answer at the refresh endpoint, of an app that binds sessions behind TLS. */
const onDevicePath =
  (part: Partial<HealthyApp['pages'][string]>, path = '/session/device/refresh'): Fault =>
  (app) => {
    bindings(app)
    Object.assign(app.env, { TRUST_PROXY: '1' })
    Object.assign(app.pages[path] ?? {}, part)
  }
const git = (root: string, ...args: string[]) => execFileSync('git', args, { cwd: root })

const STRONG = 'strong-9876543210-zyxwvutsrq-QWERTYUIOP'
const GATEWAY_SECRET = 'gwSecret-0123456789-abcdefghij-ABCDEFGHIJ'
const publicKey = issuer.jwk

test('a healthy app: every check is made, and nothing is found', async () => {
  const { code, findings, notChecked, checked } = await examine()
  expect({ code, findings, notChecked }).toEqual({ code: 0, findings: [], notChecked: [] })
  expect(checked).toBeGreaterThan(40)
})

type Row = readonly [id: string, how: string, fault: Fault, deed?: Deed]

const FAULTS: readonly Row[] = [
  ['middleware-missing', 'no middleware', ({ files }) => delete files['middleware.ts']],
  ['middleware-and-proxy', 'proxy.ts beside it', add('proxy.ts', '')],
  ['middleware-and-proxy', 'a proxy in src', add('src/proxy.ts', '')],
  ['middleware-misplaced', 'a middleware in the root, the app in src', add('src/app/page.tsx', '')],
  [
    'rule-not-understood',
    'a rule for a part of a segment',
    change('middleware.ts', "'/login'", "'/:file.png'"),
  ],
  ['config-twice', 'a second config', add('next.config.ts', 'export default {}')],
  [
    'gateway-not-used',
    'somebody else’s middleware',
    change('middleware.ts', 'createGateway({', '((rules) => () => rules)({'),
  ],
  ['middleware-runtime', 'a runtime', change('middleware.ts', 'config = {', "config = { runtime: 'nodejs',")],
  [
    'config-not-wrapped',
    'a plain config, not built',
    (app) => [change('next.config.mjs', 'withGateway({})', '{}')(app), delete app.files['.next/BUILD_ID']],
  ],
  [
    'config-not-wrapped',
    'a build from before',
    change('.next/required-server-files.json', 'EVERGATE_OPTIONS', 'OTHER'),
  ],
  ['i18n', 'languages in paths', change('next.config.mjs', '({})', "({ i18n: { locales: ['de'] } })")],
  [
    'build-stale',
    'a source that is newer',
    () => {},
    (root) => utimesSync(join(root, 'middleware.ts'), 4e9, 4e9),
  ],
  [
    'middleware-not-built',
    'a build without it',
    ({ files }) => delete files['.next/server/middleware-manifest.json'],
  ],
  [
    'device-token-life',
    'tokens of two minutes',
    (app) => [bindings(app), setEnv({ ACCESS_TOKEN_TTL: '120' })(app)],
  ],
  [
    'device-token-quota',
    'tokens of four minutes',
    (app) => [bindings(app), setEnv({ ACCESS_TOKEN_TTL: '250' })(app)],
  ],
  [
    'device-domain',
    'a domain for all hosts',
    (app) => [bindings(app), change('next.config.mjs', '({})', "({}, { domain: 'example.com' })")(app)],
  ],
  [
    'device-rule-unbound',
    'a rule that nobody meets',
    change('middleware.ts', 'rules: [', "rules: [{ path: '/keys', require: { device: 'bound' } }, "),
  ],
  [
    'device-paths-unmatched',
    'a matcher that leaves them out',
    (app) => [
      bindings(app),
      matchers({ regexp: '^/(?!session/|_next/static/).*$', originalSource: '' })(app),
    ],
  ],
  [
    'device-paths-unmatched',
    'a matcher that leaves out the one of an option',
    (app) => [
      bindings(app),
      change('middleware.ts', "{ mode: 'prefer' }", "{ paths: { refresh: '/keys' } }")(app),
      matchers({ regexp: '^/(?!keys|_next/static/).*$', originalSource: '' })(app),
    ],
  ],
  [
    'device-http',
    'cookies for plain http',
    (app) => [bindings(app), setEnv({ COOKIE_SECURE: 'false' })(app)],
  ],
  [
    'device-http-address',
    'an address of plain http',
    (app) => [bindings(app), Object.assign(app, { url: 'http://shop.example.com' })],
  ],
  [
    'device-paths-answered',
    'a firewall that limits them',
    onDevicePath({ status: 429, headers: {}, body: 'Too many requests' }),
  ],
  [
    'device-paths-answered',
    'a proxy that redirects',
    onDevicePath({ status: 301, headers: { location: '/session/device/' } }),
  ],
  [
    'device-paths-answered',
    'a CDN with a page of its own',
    onDevicePath({ headers: {}, body: '<h1>Unauthorized</h1>' }),
  ],
  ['device-paths-off', 'an app of before', onDevicePath({ headers: { 'www-authenticate': 'Bearer' } })],
  [
    'device-not-bound',
    'a proxy that drops what asks for a key',
    onDevicePath({ headers: { 'x-session': 'renewed' } }, '/login to renew'),
  ],
  [
    'device-not-bound',
    'a firewall that takes a registration for an attack',
    onDevicePath({ status: 403, headers: {}, body: '<h1>Blocked</h1>' }, '/session/device to renew'),
  ],
  [
    'device-not-bound',
    'a CDN with a page of its own for 403',
    onDevicePath({ headers: {}, body: '<h1>Forbidden</h1>' }, '/session/device/refresh to renew'),
  ],
  [
    'device-not-bound',
    'a CDN whose page for 403 is answered 200',
    onDevicePath({ status: 200 }, '/session/device/refresh to renew'),
  ],
  [
    'device-not-rotated',
    'a backend that answers the same token',
    async (app) => {
      bindings(app)
      answer('/refreshtoken', { body: JSON.stringify(await tokens()) })(app)
    },
  ],
  [
    'device-not-rotated',
    'a backend that answers none',
    async (app) => {
      bindings(app)
      answer('/refreshtoken', { body: JSON.stringify(await tokens({ refreshToken: undefined })) })(app)
    },
  ],
  ['matcher-gap', 'a route left out', matchers({ regexp: '^/(?!dashboard).*$', originalSource: '' })],
  ['matcher-gap', 'paths with a dot left out', matchers({ regexp: '^/(?!.*\\.).*$', originalSource: '' })],
  ['matcher-gap', 'a handler left out', matchers({ regexp: '^/(?!api).*$', originalSource: '' })],
  [
    'matcher-bypass',
    'prefetches let through',
    matchers({ ...EVERYTHING, missing: [{ type: 'header', key: 'next-router-prefetch' }] }),
  ],
  [
    'matcher-bypass',
    'a cookie that is asked for',
    matchers({ ...EVERYTHING, has: [{ type: 'cookie', key: 'a' }] }),
  ],
  ['rewrite-elsewhere', 'a rewrite to another server', rewriting('/legacy/:path*')],
  [
    'preflight-answered',
    'a protected handler of the Pages Router',
    add('.next/server/pages-manifest.json', '{"/api/orders":"pages/api/orders.js"}'),
  ],
  ['environment-invalid', 'a word for a number', setEnv({ LOG_LEVEL: 'loud' })],
  ['secret-missing', 'no secret', ({ files }) => delete files['.env.local']],
  ['secret-weak', 'a short secret', setEnv({ GATEWAY_SECRET: `${STRONG},short` })],
  ['secret-weak', 'a short shared secret', setEnv({ ETLS_ACCESS: 'short' })],
  ['secret-weak', 'a repeated secret', setEnv({ ETLS_REFRESH: 'changeme'.repeat(5) })],
  ['secret-reused', 'one secret for two purposes', setEnv({ ETLS_REFRESH: GATEWAY_SECRET })],
  ['secret-public', 'a secret by a public name', setEnv({ NEXT_PUBLIC_GATEWAY_SECRET: STRONG })],
  ['secret-public', 'a public copy', setEnv({ NEXT_PUBLIC_KEY: GATEWAY_SECRET })],
  ['secret-in-bundle', 'a secret in a script', add('.next/static/chunks/main.js', GATEWAY_SECRET)],
  [
    'env-file-tracked',
    'committed',
    () => {},
    (root) => [git(root, 'init', '-q'), git(root, 'add', '.env.local')],
  ],
  ['env-file-not-ignored', 'about to be committed', () => {}, (root) => git(root, 'init', '-q')],
  ['env-file-open', 'readable by all', () => {}, (root) => chmodSync(join(root, '.env.local'), 0o644)],
  ['refresh-timeout', 'a budget no host grants', setEnv({ REFRESH_TIMEOUT: '60000' })],
  ['version-vulnerable', 'an old Next 15', version('next', '15.2.2')],
  ['version-vulnerable', 'an old Next 16', version('next', '16.2.10')],
  ['version-vulnerable', 'a prerelease of the fix', version('next', '16.2.11-canary.3')],
  ['version-vulnerable', 'an old jose', version('jose', '4.15.4')],
  ['node-end-of-life', 'Node 18', (app) => Object.assign(app, { nodeVersion: '18.20.8' })],
  ['backend-unreachable', 'nobody listens', setEnv({ REMOTE_API: 'http://127.0.0.1:1' })],
  ['backend-plain-http', 'http through the internet', setEnv({ REMOTE_API: 'http://api.example.com' })],
  [
    'backend-redirects',
    'a redirect',
    answer('/refreshtoken without a cookie', { status: 301, headers: { location: '/x' } }),
  ],
  ['backend-refresh-answer', '200 for nobody', answer('/refreshtoken without a cookie', { status: 200 })],
  ['backend-refresh-answer', 'no such path', answer('/refreshtoken without a cookie', { status: 404 })],
  [
    'backend-cacheable',
    'an answer to keep',
    answer('/refreshtoken without a cookie', { headers: { 'cache-control': 'max-age=60' } }),
  ],
  [
    'clock-skew',
    'a clock ahead',
    answer('/refreshtoken without a cookie', {
      headers: { 'cache-control': 'no-store', date: new Date(Date.now() + 600_000).toUTCString() },
    }),
  ],
  [
    'jwks-private',
    'a private key published',
    keySet({ keys: [publicKey, { ...publicKey, kid: 'key-2', d: 'c2VjcmV0' }] }),
  ],
  [
    'jwks-symmetric',
    'a shared secret published',
    keySet({ keys: [publicKey, { kty: 'oct', kid: 'k', k: 'c2VjcmV0' }] }),
  ],
  ['token-refused', 'another audience', signIn({}, { aud: 'another' })],
  ['token-refused', 'no roles', signIn({}, { roles: undefined })],
  ['sign-in-failed', 'a wrong password', answer('/login', { status: 401 })],
  ['sign-in-failed', 'no tokens', answer('/login', { body: '{}' })],
  ['refresh-token-missing', 'no refresh token', signIn({ refreshToken: undefined })],
  ['renewal-failed', 'a refresh token that is refused', answer('/refreshtoken', { status: 403 })],
  ['cookies-too-large', 'much user data', signIn({ userData: { text: 'x'.repeat(12_000) } })],
  ['renew-before', 'a short token', (app) => signIn({}, { exp: Math.floor(Date.now() / 1000) + 40 })(app)],
  ['app-not-renewed', 'an app with another backend', ({ pages }) => delete pages['/login to renew']],
  [
    'cookie-dropped',
    'a cookie of its own that is too large',
    onPage({ 'set-cookie': `basket=${'x'.repeat(4096)}` }),
  ],
  ['app-unreachable', 'an app that is down', (app) => Object.assign(app, { url: 'http://127.0.0.1:1' })],
  [
    'app-error',
    'a page that fails',
    ({ pages }) => Object.assign(pages['/dashboard'] ?? {}, { status: 503 }),
  ],
  [
    'session-header-missing',
    'a page beside the gateway',
    ({ pages }) => delete pages['/dashboard']?.headers['x-session'],
  ],
  ['cookie-cacheable', 'a page for a CDN', onPage({ 'cache-control': 's-maxage=31536000' })],
  [
    'cookie-attributes',
    'a cookie for scripts',
    onPage({ 'set-cookie': 'accessToken=; Path=/; SameSite=Lax' }),
  ],
  [
    'cookie-attributes',
    'TLS ended before the app',
    (app) => Object.assign(app, { url: 'https://shop.example.com' }),
  ],
]

const named = (rows: readonly Row[]) => rows.map(([id, how, fault, deed]) => ({ id, how, fault, deed }))

test.each(named(FAULTS))('$id: $how', async ({ id, fault, deed }) => {
  const { ids, code, findings } = await examine(fault, deed)
  expect(ids, JSON.stringify(findings)).toEqual([id])
  expect(code).toBe(1)
  expect(findings[0]?.fix).not.toBe('')
})

/** With these no token can be verified, so nobody signs in. */
const KEY_FAULTS: readonly Row[] = [
  ['jwks-unreachable', 'no key set', ({ backend }) => delete backend['/.well-known/jwks.json']],
  ['jwks-unreachable', 'nobody at JWKS_URL', setEnv({ JWKS_URL: 'http://127.0.0.1:1/jwks.json' })],
  ['jwks-unreachable', 'a page in its place', answer('/.well-known/jwks.json', { body: '<html>' })],
  ['jwks-empty', 'no key', keySet({ keys: [] })],
  ['jwks-empty', 'a key without a name', keySet({ keys: [{ ...publicKey, kid: undefined }] })],
  [
    'keys-ambiguous',
    'two ways to verify',
    setEnv({ ETLS_ACCESS: STRONG, JWKS_URL: 'https://a.example/jwks.json' }),
  ],
]

test.each(named(KEY_FAULTS))('$id: $how', async ({ id, fault }) => {
  const { ids, findings, notChecked } = await examine(fault, undefined, '')
  expect(ids, JSON.stringify(findings)).toEqual([id])
  expect(notChecked).toHaveLength(1)
})

test('every check has a fault that it finds', async () => {
  const ids = [
    layoutChecks,
    secretChecks,
    versionChecks,
    buildChecks,
    routeChecks,
    deliveryChecks,
    deviceChecks,
    deviceRouteChecks,
    deviceAnswerChecks,
    deviceSessionChecks,
    backendChecks,
    keySetChecks,
    appChecks,
    sessionChecks,
  ]
    .flat()
    .map(({ id }) => id)
  expect(new Set([...FAULTS, ...KEY_FAULTS].map(([id]) => id))).toEqual(new Set(ids))
})

test('an app that binds sessions to devices: nothing is found, behind a proxy that ends TLS and over plain http on this machine', async () => {
  const behind = await examine((app) => [bindings(app), setEnv({ TRUST_PROXY: '1' })(app)])
  expect([behind.findings, behind.notChecked]).toEqual([[], []])
  const plain = await examine(bindings)
  expect([plain.findings, plain.notChecked]).toEqual([
    [],
    [{ what: 'the paths of device binding', why: 'give its https:// address with --url' }],
  ])
})

test.each<[string, Fault]>([
  ['within the app', rewriting('/legacy/:path*', '/dashboard')],
  ['of a public path', rewriting('/login')],
  [
    'that a rule knows of',
    (app) => [
      rewriting('/legacy/:path*')(app),
      change(
        'middleware.ts',
        'rules: [',
        "rules: [{ path: '/legacy/:path*', require: 'session', renew: 'never' },",
      )(app),
    ],
  ],
])('a rewrite %s is no finding', async (_, fault) => {
  expect((await examine(fault)).ids).toEqual([])
})

test('a route that a rule makes public may be left out', async () => {
  const { ids } = await examine(matchers({ regexp: '^/(?!login|$).*$', originalSource: '' }))
  expect(ids).toEqual([])
})

test('a gateway and a wrapped configuration may come from modules of the app', async () => {
  const { ids } = await examine(({ files }) => {
    files['middleware.ts'] = "export { middleware } from '@/lib/gateway'\n"
    files['next.config.mjs'] = "export { default } from './config/next.mjs'\n"
  })
  expect(ids).toEqual([])
})

test.each<[string, Fault]>([
  [
    'computed',
    change(
      'middleware.ts',
      /rules: \[.*?\],\n\}/s,
      "rules: ['/', '/login', '/api/orders'].map((path) => ({ path, require: 'public' })),\n}",
    ),
  ],
  [
    'of another order',
    change(
      'middleware.ts',
      'rules: [',
      "rules: [{ require: 'public', renew: 'always', path: '/api/orders' },",
    ),
  ],
])('rules that are %s count as they are', async (_, fault) => {
  const spoilt: Fault = (app) => [
    fault(app),
    add('.next/server/pages-manifest.json', '{"/api/orders":"pages/api/orders.js"}')(app),
  ]
  expect((await examine(spoilt)).ids).toEqual([])
})

test('of a middleware that cannot be run no rule is guessed: it says so, with the reason', async () => {
  const { ids, notChecked } = await examine((app) => [
    change('middleware.ts', 'rules: [', "rules: [{ path: '/:file.png', require: noSuchThing },")(app),
    matchers({ regexp: '^/(?!dashboard).*$', originalSource: '' })(app),
  ])
  expect(ids).toEqual([])
  expect(notChecked).toEqual([
    { what: 'the rules of middleware.ts', why: 'it cannot be run here: noSuchThing is not defined' },
  ])
})

test('a build from before the gateway came is called old, and nothing that has changed since is held against it', async () => {
  const { ids, notChecked } = await examine(
    (app) => {
      change('.next/required-server-files.json', 'EVERGATE_OPTIONS', 'OTHER')(app)
      app.files['.next/server/middleware-manifest.json'] = manifest([
        { regexp: '^/old$', originalSource: '/old' },
      ])
    },
    (root) => utimesSync(join(root, 'middleware.ts'), 4e9, 4e9),
  )
  expect(ids).toEqual(['build-stale'])
  expect(notChecked).toContainEqual({
    what: 'routes and matcher',
    why: 'the build is of older sources: run `next build`',
  })
})

test('a hole that a version has not is not named', async () => {
  const { findings } = await examine(version('next', '15.4.0-canary.47'))
  expect(findings.map(({ check }) => check)).toEqual(['version-vulnerable'])
  expect(findings[0]?.message).toContain('CVE-2025-66478')
  expect(findings[0]?.message).not.toContain('CVE-2025-29927')
})

test('a version is mended with the package manager of the app', async () => {
  const { findings } = await examine((app) => [
    version('next', '15.2.2')(app),
    add('pnpm-lock.yaml', 'lockfileVersion: 9')(app),
  ])
  expect(findings[0]?.fix).toBe('pnpm add next@^15.5.18')
})

test('without a build, rules and options are known all the same', async () => {
  const { ids, notChecked } = await examine((app) => [
    change('middleware.ts', "'/login'", "'/:file.png'")(app),
    change('next.config.mjs', '({})', '({ i18n: {} })')(app),
    delete app.files['.next/BUILD_ID'],
  ])
  expect(ids).toEqual(['rule-not-understood', 'i18n'])
  expect(notChecked).toEqual([{ what: 'routes and matcher', why: 'there is no build: run `next build`' }])
})

test('proxy.ts is looked up where Next keeps what runs on Node', async () => {
  const { ids } = await examine(({ files }) => {
    files['proxy.ts'] = files['middleware.ts'] ?? ''
    delete files['middleware.ts']
    files['.next/server/middleware-manifest.json'] = '{"middleware":{}}'
    const node = { '/_middleware': { runtime: 'nodejs', matchers: [EVERYTHING] } }
    files['.next/server/functions-config-manifest.json'] = JSON.stringify({ functions: node })
  })
  expect(ids).toEqual([])
})

test('what cannot be checked is said, with the reason, and is no finding', async () => {
  const cwd = folderWith((await healthyApp()).files)
  const { code, out } = await evergate('doctor', { cwd, env: { LOG_LEVEL: 'x', RENEW_BEFORE: 'soon' } })
  expect(code).toBe(1)
  expect(out).toContain('error environment-invalid: RENEW_BEFORE: must be a whole number of seconds.')
  expect(out).toContain('not checked: backend and app (the environment cannot be used as it is)')
})

test('no secret, token or password is printed', async () => {
  const { out, err } = await examine(
    setEnv({ NEXT_PUBLIC_KEY: GATEWAY_SECRET, ETLS_REFRESH: GATEWAY_SECRET }),
  )
  for (const secret of [GATEWAY_SECRET, 'a password', 'opaque-refresh-token', 'eyJ'])
    expect(out + err).not.toContain(secret)
})

test.each(['doctor --url localhost', 'doctor --email ada@example.com', 'doctor --deep'])(
  '%s is used wrongly: 2',
  async (line) => {
    expect(await evergate(line, { cwd: folderWith() })).toMatchObject({ code: 2, out: '' })
  },
)
