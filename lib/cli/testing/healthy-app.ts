import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { createIssuer, goodClaims } from '../../gateway/testing/issuer.ts'

/** An answer of the backend or the app. */
type Answer = { status: number; headers: Record<string, string>; body: string }
type Answers = Record<string, Answer>

/** An app with nothing wrong, as data for a test to spoil. */
export type HealthyApp = {
  files: Record<string, string>
  env: Record<string, string>
  backend: Answers
  pages: Answers
  nodeVersion: string
  url: string
}

const noStore = { 'cache-control': 'no-store', 'content-type': 'application/json' }
const json = (status: number, body: unknown): Answer => ({
  status,
  headers: { ...noStore },
  body: JSON.stringify(body),
})
const page = (): Answer => ({
  status: 200,
  headers: {
    'x-session': 'anonymous',
    'cache-control': 'private, no-store',
    'set-cookie': 'accessToken=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
  },
  body: '<p>Hello',
})

/** The answer to a browser that has no session. */
const deviceAnswer = (): Answer => ({
  status: 401,
  headers: { ...noStore, 'x-session': 'anonymous' },
  body: '{"error":"unauthenticated"}',
})

export const issuer = await createIssuer('ES256', 'key-1')

/** The body of a sign-in or a renewal. */
export async function tokens(change: object = {}, claims: object = {}) {
  const accessToken = await issuer.sign({ ...goodClaims(Math.floor(Date.now() / 1000)), ...claims })
  return { accessToken, refreshToken: 'opaque-refresh-token', userData: { name: 'Ada' }, ...change }
}

/** As Next writes it for `matcher: ['/((?!_next/static/).*)']`. */
export const EVERYTHING = {
  regexp: '^(?:\\/(_next\\/data\\/[^/]{1,}))?(?:\\/((?!_next\\/static\\/).*))(\\.json|\\.rsc)?[\\/#\\?]?$',
  originalSource: '/((?!_next/static/).*)',
}

export const manifest = (matchers: readonly object[]) =>
  JSON.stringify({ version: 3, middleware: { '/': { name: 'middleware', matchers } } })

export async function healthyApp(): Promise<HealthyApp> {
  return {
    files: {
      '.env.local': "GATEWAY_SECRET='gwSecret-0123456789-abcdefghij-ABCDEFGHIJ'\n",
      'middleware.ts': `import { createGateway } from 'evergate/next'
// runtime: the edge
export const middleware = createGateway({
  rules: [
    { path: '/', require: 'public' },
    { path: '/login', require: 'public' },
    { path: '/admin/:path*', require: { roles: ['admin'] } },
  ],
})
export const config = { matcher: ['/((?!_next/static/).*)'] }
`,
      'next.config.mjs':
        "import { withGateway } from 'evergate/next/config'\nexport default withGateway({})\n",
      'node_modules/next/package.json': JSON.stringify({ name: 'next', version: '16.4.6' }),
      'node_modules/jose/package.json': JSON.stringify({ name: 'jose', version: '6.2.18' }),
      '.next/app-path-routes-manifest.json': JSON.stringify({
        '/page': '/',
        '/_not-found/page': '/_not-found',
        '/favicon.ico/route': '/favicon.ico',
        '/login/page': '/login',
        '/dashboard/page': '/dashboard',
        '/admin/users/[id]/page': '/admin/users/[id]',
        '/api/files/[...path]/route': '/api/files/[...path]',
      }),
      '.next/required-server-files.json': JSON.stringify({
        config: { basePath: '', skipProxyUrlNormalize: true, i18n: null, env: { EVERGATE_OPTIONS: '{}' } },
      }),
      '.next/server/middleware-manifest.json': manifest([EVERYTHING]),
      '.next/static/chunks/main.js': 'console.log("hello")',
      '.next/BUILD_ID': 'build-1',
    },
    env: {},
    backend: {
      '/refreshtoken without a cookie': json(401, { error: 'no_refresh_token' }),
      '/refreshtoken': json(200, await tokens({ refreshToken: 'opaque-refresh-token-2' })),
      '/login': json(200, await tokens()),
      '/logout': { status: 204, headers: {}, body: '' },
      '/.well-known/jwks.json': json(200, { keys: [issuer.jwk] }),
    },
    pages: {
      '/': page(),
      '/login': page(),
      '/login to renew': {
        ...page(),
        headers: {
          ...page().headers,
          'x-session': 'renewed',
          'secure-session-registration': '(ES256 RS256);path="/session/device";challenge="c1"',
        },
      },
      '/dashboard': page(),
      '/session/device': deviceAnswer(),
      '/session/device/refresh': deviceAnswer(),
      '/session/device to renew': {
        ...json(200, { session_identifier: 'device-1' }),
        headers: { ...noStore, 'set-cookie': '__Host-device-key=b1.sealed; Path=/; Secure; HttpOnly' },
      },
      '/session/device/refresh to renew': {
        ...json(403, { error: 'device_proof_required' }),
        headers: { ...noStore, 'secure-session-challenge': '"c2";id="device-1"' },
      },
    },
    nodeVersion: '24.21.0',
    url: '',
  }
}

/** Answers as told, until the test has ended; returns its address. */
export async function serve(answers: Answers): Promise<string> {
  const server = createServer((request, response) => {
    const { url = '', headers } = request
    const shown = !headers.cookie
      ? ' without a cookie'
      : /refreshToken=/.test(headers.cookie)
        ? ' to renew'
        : ''
    const answer = answers[url + shown] ?? answers[url]
    response.writeHead(answer?.status ?? 404, answer?.headers).end(answer?.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
