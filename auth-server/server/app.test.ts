import { createConnection } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { generateSigningKeys } from '../config/generate-secrets.ts'
import { accessSecret, refreshSecret, startServer, temporaryDirectory } from '../testing/harness.ts'

const json = { 'content-type': 'application/json' }

describe('what cannot be understood', () => {
  it.each(['/login', '/register', '/refreshtoken', '/logout', '/password', '/nowhere'])(
    'RFC 9110 15.5.14: is refused with 413 over 16 KiB at %s',
    async (path) => {
      const server = await startServer()
      const raw = JSON.stringify({ email: 'x'.repeat(16 * 1024) })
      const { status, body, headers } = await server.post(path, { raw, headers: json })
      expect(status).toBe(413)
      expect(body).toEqual({ error: 'payload_too_large', error_description: expect.any(String) })
      expect(headers.get('cache-control')).toBe('no-store')
    },
  )

  it('is refused with 413 when its length was not announced', async () => {
    const server = await startServer()
    const body = new Blob([JSON.stringify({ email: 'x'.repeat(20_000) })]).stream()
    const reply = await fetch(`${server.url}/login`, {
      method: 'POST',
      body,
      headers: json,
      duplex: 'half',
    } as RequestInit)
    expect(reply.status).toBe(413)
    expect(await reply.json()).toMatchObject({ error: 'payload_too_large' })
  })

  it('may have 16 KiB exactly', async () => {
    const server = await startServer()
    const empty = JSON.stringify({ email: '' })
    const raw = JSON.stringify({ email: 'x'.repeat(16 * 1024 - empty.length) })
    expect(raw).toHaveLength(16 * 1024)
    expect((await server.post('/login', { raw, headers: json })).status).toBe(422)
  })

  it.each(['{', '{"email":', '"text"', 'null', 'undefined', '{"a":1}}', '\u0000'])(
    'is refused with 400 when it is not JSON: %j',
    async (raw) => {
      const { status, body } = await (await startServer()).post('/login', { raw, headers: json })
      expect(status).toBe(400)
      expect(body).toEqual({ error: 'invalid_request', error_description: expect.any(String) })
    },
  )

  it.each([
    { 'content-type': 'text/plain' },
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'content-type': 'application/json; charset=latin1' },
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  ])('is refused with 415 when it is %o', async (headers) => {
    const { status, body } = await (await startServer()).post('/login', { raw: '{}', headers })
    expect(status).toBe(415)
    expect(body.error).toBe('unsupported_media_type')
  })

  it('is not an HTML form where JSON is asked for', async () => {
    const { status } = await (await startServer()).post('/register', { form: { email: 'ada@example.com' } })
    expect(status).toBe(415)
  })

  it.each(['/', '/login/x', '/nowhere', '/.env', '/__proto__', '/%00'])(
    'is a path without anything: %s',
    async (path) => {
      const { status, body } = await (await startServer()).get(path)
      expect(status).toBe(404)
      expect(body).toEqual({ error: 'not_found', error_description: expect.any(String) })
    },
  )

  it('is a path that cannot be decoded', async () => {
    const { status, body } = await (await startServer()).delete('/sessions/%E0%A4%A')
    expect(status).toBe(400)
    expect(body.error).toBe('invalid_request')
  })

  it.each([
    ['GET', '/login', 'POST'],
    ['GET', '/refreshtoken', 'POST'],
    ['PUT', '/sessions/x', 'DELETE'],
    ['POST', '/me', 'GET, HEAD, DELETE'],
  ])('is the method %s at %s', async (method, path, allow) => {
    const { status, body, headers } = await (await startServer()).send(method, path)
    expect(status).toBe(405)
    expect(body.error).toBe('method_not_allowed')
    expect(headers.get('allow')).toBe(allow)
  })

  it.each([
    ['this is not HTTP\r\n\r\n', 400],
    [`GET /livez HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('is answered in the same shape when it is not even HTTP: %.20s', async (bytes, status) => {
    const server = await startServer()
    const socket = createConnection(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(bytes)
    const reply = await text(socket)
    expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(JSON.parse(reply.split('\r\n\r\n')[1] ?? '')).toEqual({
      error: 'invalid_request',
      error_description: expect.any(String),
    })
  })
})

it('ASVS 16.5.1: never shows what went wrong inside', async () => {
  const server = await startServer()
  const { accessToken } = await server.newcomer()
  server.store.users.findById = () => Promise.reject(new TypeError('secret detail'))
  const { status, body } = await server.get('/me', { bearer: accessToken })
  expect(status).toBe(500)
  expect(body).toEqual({ error: 'server_error', error_description: expect.any(String) })
  expect(JSON.stringify(body)).not.toMatch(/secret detail|TypeError|\.ts/)
  expect(server.log()).toContain('secret detail')
})

it('sends the headers of a careful server, and not who made it', async () => {
  const { headers } = await (await startServer()).get('/livez')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('x-powered-by')).toBeNull()
  expect(headers.get('strict-transport-security')).toContain('max-age=')
  expect(headers.get('cache-control')).toBe('no-store')
})

describe('the JWK set', () => {
  it('verifies the access tokens and holds nothing private', async () => {
    const { keys } = JSON.parse(await generateSigningKeys())
    const SIGNING_KEYS = JSON.stringify({ keys: [...keys, ...JSON.parse(await generateSigningKeys()).keys] })
    const server = await startServer({ environment: { ETLS_ACCESS: '', SIGNING_KEYS } })
    const { status, body, headers } = await server.get('/.well-known/jwks.json')
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('max-age=300')
    expect(body.keys).toHaveLength(2)
    for (const key of body.keys)
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    const { accessToken } = await server.newcomer()
    const { protectedHeader } = await jwtVerify(accessToken, createLocalJWKSet(body), {
      typ: 'at+jwt',
      issuer: 'evergate',
      audience: 'evergate-app',
      currentDate: new Date(server.clock()),
    })
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: keys[0].kid, typ: 'at+jwt' })
  })

  it('is empty in shared-secret mode', async () => {
    expect((await (await startServer()).get('/.well-known/jwks.json')).body).toEqual({ keys: [] })
  })
})

describe('health', () => {
  it('is alive and ready', async () => {
    const server = await startServer()
    expect(await server.get('/livez')).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(await server.get('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } })
  })

  it('is alive but not ready while the store cannot be written', async () => {
    const file = join(temporaryDirectory(), 'auth.db')
    const server = await startServer({ file })
    const blocker = new DatabaseSync(file)
    blocker.exec('begin immediate')
    const { status, body, headers } = await server.get('/readyz')
    expect(status).toBe(503)
    expect(body).toEqual({
      error: 'temporarily_unavailable',
      error_description: expect.any(String),
      notReady: ['store'],
    })
    expect(headers.get('retry-after')).toBe('1')
    expect((await server.get('/livez')).status).toBe(200)
    blocker.exec('rollback')
    blocker.close()
  })
})

it('writes no token and no password to its log', async () => {
  const server = await startServer()
  const { email, password, ...first } = await server.newcomer('ada@example.com', 'very secret words')
  const second = (await server.refresh(first.refreshToken)).body
  const third = (await server.post('/login', { json: { email, password } })).body
  await server.post('/login', { form: { email, password: 'wrong secret words' } })
  await server.post('/login', { raw: `{"password":"${password}"`, headers: json })
  await server.post('/password', {
    bearer: second.accessToken,
    json: { current: password, next: 'new secret words' },
  })
  await server.post('/refreshtoken', { cookie: `refreshToken=${second.refreshToken}; refreshToken=x` })
  await server.post('/logout', { refreshToken: third.refreshToken })
  server.store.sessions.renew = () => Promise.reject(new Error('broken'))
  await server.refresh(second.refreshToken)
  const log = server.log()
  expect(log.split('\n').length).toBeGreaterThan(10)
  const tokens = [first, second, third].flatMap(({ accessToken, refreshToken }) => [
    accessToken,
    refreshToken,
  ])
  const macs = tokens.map((token) => token.split('.').at(-1))
  for (const secret of [...tokens, ...macs, 'secret words', '$argon2', refreshSecret, accessSecret])
    expect(log).not.toContain(secret)
})
