import { apiBackend } from 'evergate/backend'
import { createTestSession } from 'evergate/testing'
import { beforeEach, expect, it, vi } from 'vitest'
import { apiServer } from '../backend/testing/api-server.ts'
import { createSessionGateway } from '../gateway/gateway.ts'
import { resolveOptions } from '../gateway/options.ts'
import { createSessionReader } from '../gateway/session-reader.ts'
import { controlSession } from './playwright.ts'

const gatewaySecret = 'what the sessions of these tests are sealed with'
const server = apiServer()
const backend = apiBackend({
  signIn: '/in',
  refresh: '/renew',
  signOut: { path: '/out', refreshToken: 'body:token' },
})

beforeEach(() => server.forget())

const options = () => ({
  ...{ remoteApi: server.url(), keys: { jwksUrl: 'https://unused.test' }, gatewaySecrets: [gatewaySecret] },
  ...{ backend, cookieSecure: false },
})

it('a signed session of a described backend passes the gateway, and its API is shown the backend’s token', async () => {
  const user = { id: 'ann', name: 'Ann' }
  const session = await createTestSession({
    backend,
    gatewaySecret,
    user,
    roles: ['admin'],
    backendToken: 'at-of-ann',
  })
  const headers = { cookie: session.cookieHeader, host: 'app.test' }
  const gateway = createSessionGateway(options())
  const { outcome } = await gateway.handle(new Request('http://app.test/', { headers }))
  expect(outcome).toBe('active')
  const read = createSessionReader(resolveOptions(options()))
  const pairs = Object.entries(session.cookies).map(([name, value]) => ({ name, value }))
  expect(await read(pairs, { secure: false, degraded: false })).toMatchObject({
    ...{ subject: 'ann', roles: ['admin'], accessToken: 'at-of-ann', userData: { name: 'Ann' } },
  })
})

it('one of another secret does not', async () => {
  const session = await createTestSession({ backend, gatewaySecret: `${gatewaySecret}, another` })
  const headers = { cookie: session.cookieHeader, host: 'app.test', accept: 'application/json' }
  const { outcome } = await createSessionGateway(options()).handle(
    new Request('http://app.test/', { headers }),
  )
  expect(outcome).toBe('anonymous')
})

it('the fixture of Playwright signs in and ends the session by the description’s calls', async () => {
  server.on('/in', { json: { token: 'at', refreshToken: 'rt-of-ann', id: 1 } })
  server.on('/out', { status: 204 })
  const jar: { name: string; value: string }[] = []
  const context = {
    addCookies: async (cookies: typeof jar) => void jar.push(...cookies),
    cookies: async () => jar,
    request: { get: vi.fn(async () => ({ headers: () => ({ 'x-session': 'renewed' }) })) },
  }
  const described = {
    backend: apiBackend({ ...backend.description, person: ({ answer }) => ({ id: answer.id }) }),
    gatewaySecret,
  }
  const session = controlSession({
    ...{ context: context as never, baseURL: 'http://app.test', backendUrl: server.url(), described },
    account: { email: 'ann@example.com', password: 'p' },
    cookieNames: { accessToken: 'accessToken', refreshToken: 'refreshToken' },
  })
  await session.signIn()
  expect(JSON.parse(server.last('/in').text)).toEqual({ email: 'ann@example.com', password: 'p' })
  expect(jar[0]?.value).toMatch(/^[\w-]+\.\./)
  await session.endElsewhere()
  expect(JSON.parse(server.last('/out').text)).toEqual({ token: 'rt-of-ann' })
})
