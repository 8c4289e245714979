import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { manualClock, refreshSecret, startServer, temporaryDirectory } from '../testing/harness.ts'
import { createRefreshTokens } from '../tokens/refresh-token.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A server whose database can be reached behind its back. */
async function withDatabase(environment: Record<string, string> = {}) {
  const file = join(temporaryDirectory(), 'auth.db')
  const server = await startServer({ file, environment })
  const sql = (text: string, ...values: (string | number)[]) => {
    const database = new DatabaseSync(file)
    database.prepare(text).run(...values)
    database.close()
  }
  return { ...server, file, sql }
}

it('answers a new pair of tokens, in the body and in a Set-Cookie each', async () => {
  const server = await startServer()
  const { refreshToken, userData } = await server.newcomer()
  server.clock.advance(10 * MINUTE)
  const { status, body, setCookies, headers } = await server.refresh(refreshToken)
  expect(status).toBe(200)
  expect(body).toEqual({
    accessToken: expect.any(String),
    refreshToken: expect.any(String),
    expiresIn: 900,
    userData,
  })
  expect(body.refreshToken).not.toBe(refreshToken)
  expect(setCookies).toEqual([
    `accessToken=${body.accessToken}; Max-Age=900; Path=/; HttpOnly; SameSite=Lax`,
    `refreshToken=${body.refreshToken}; Max-Age=43200; Path=/; HttpOnly; SameSite=Lax`,
  ])
  expect(headers.get('cache-control')).toBe('no-store')
})

it.each([
  ['30', {}],
  ['0', { REFRESH_GRACE: '0' }],
  ['lenient', { REFRESH_GRACE: 'lenient' }],
])('tells gateways its grace, with every answer: %s', async (grace, environment) => {
  const server = await startServer({ environment })
  const { refreshToken } = await server.newcomer()
  for (const token of [refreshToken, 'none of ours'])
    expect((await server.refresh(token)).headers.get('refresh-grace')).toBe(grace)
})

it('takes the cookie under its prefixed name too', async () => {
  const server = await startServer()
  const { refreshToken } = await server.newcomer()
  const reply = await server.post('/refreshtoken', { cookie: `x=y; __Host-refreshToken=${refreshToken}` })
  expect(reply.status).toBe(200)
})

it('needs no body, and reads none', async () => {
  const server = await startServer()
  const { refreshToken } = await server.newcomer()
  const reply = await server.post('/refreshtoken', {
    refreshToken,
    raw: '{not json',
    headers: { 'content-type': 'application/json' },
  })
  expect(reply.status).toBe(200)
})

describe('refuses', () => {
  it('a request without the cookie with 401', async () => {
    const { status, body } = await (await startServer()).post('/refreshtoken')
    expect(status).toBe(401)
    expect(body).toEqual({ error: 'no_refresh_token', error_description: expect.any(String) })
  })

  it.each(['garbage', 'e1.a.b.c.d', 'eyJhbGciOiJIUzI1NiJ9.e30.AAAA', '%', '"quoted"', 'x'.repeat(4000)])(
    'the token %j',
    async (token) => {
      expect(await (await startServer()).refresh(token)).toMatchObject({
        status: 403,
        body: { error: 'invalid_refresh_token' },
      })
    },
  )

  it('a token of an unknown session, of another secret, of another server', async () => {
    const server = await startServer()
    const { refreshToken } = await server.newcomer()
    const [, sid = ''] = refreshToken.split('.')
    const own = createRefreshTokens(server.settings.refreshSecrets)
    for (const token of [own.derive('A'.repeat(22), 0), createRefreshTokens(['x'.repeat(32)]).derive(sid, 0)])
      expect(await server.refresh(token)).toMatchObject({
        status: 403,
        body: { error: 'invalid_refresh_token' },
      })
    expect((await server.refresh(refreshToken)).status).toBe(200)
  })

  it('the same cookie twice, and ends nothing for it', async () => {
    const server = await startServer()
    const { refreshToken } = await server.newcomer()
    const twice = await server.post('/refreshtoken', {
      cookie: `refreshToken=${refreshToken}; refreshToken=x`,
    })
    expect(twice).toMatchObject({ status: 403, body: { error: 'invalid_refresh_token' }, setCookies: [] })
    expect((await server.refresh(refreshToken)).status).toBe(200)
  })

  it('a session past its idle limit, and keeps it alive when used in time', async () => {
    const server = await startServer()
    const first = await server.newcomer()
    server.clock.advance(12 * HOUR - 1)
    const second = await server.refresh(first.refreshToken)
    expect(second.status).toBe(200)
    server.clock.advance(12 * HOUR)
    expect(await server.refresh(second.body.refreshToken)).toMatchObject({
      status: 403,
      body: { error: 'refresh_token_expired' },
    })
  })

  it('a session past its absolute limit, however often it was renewed; nothing outlives it', async () => {
    const server = await startServer({ environment: { SESSION_MAX_AGE: '1000', REFRESH_TOKEN_TTL: '300' } })
    const start = server.clock()
    let { refreshToken } = await server.newcomer()
    for (let minute = 4; minute <= 16; minute += 4) {
      server.clock.advance(4 * MINUTE)
      const { status, body, setCookies } = await server.refresh(refreshToken)
      expect(status).toBe(200)
      refreshToken = body.refreshToken
      expect((decodeJwt(body.accessToken).exp ?? 0) * 1000).toBeLessThanOrEqual(start + 1_000_000)
      const left = (start + 1_000_000 - server.clock()) / 1000
      expect(setCookies[1]).toContain(`; Max-Age=${Math.min(300, left)};`)
    }
    server.clock.advance(40_000)
    expect((await server.refresh(refreshToken)).body.error).toBe('refresh_token_expired')
  })

  it('a disabled user, for good', async () => {
    const server = await withDatabase()
    const { refreshToken } = await server.newcomer()
    server.sql('update users set disabled_at = 1')
    expect(await server.refresh(refreshToken)).toMatchObject({
      status: 403,
      body: { error: 'session_revoked' },
    })
    server.sql('update users set disabled_at = null')
    expect((await server.refresh(refreshToken)).body.error).toBe('session_revoked')
  })

  it('a deleted user', async () => {
    const server = await withDatabase()
    const { refreshToken } = await server.newcomer()
    server.sql('delete from users')
    expect(await server.refresh(refreshToken)).toMatchObject({
      status: 403,
      body: { error: 'session_revoked' },
    })
  })
})

describe('a token that was used before', () => {
  it('gets the same child again inside the grace', async () => {
    const server = await startServer()
    const { refreshToken } = await server.newcomer()
    const first = await server.refresh(refreshToken)
    server.clock.advance(30_000)
    const again = await server.refresh(refreshToken)
    expect(again.status).toBe(200)
    expect(again.body.refreshToken).toBe(first.body.refreshToken)
  })

  it('ends the whole session after the grace, and is recorded without the token', async () => {
    const server = await startServer()
    const { refreshToken, accessToken } = await server.newcomer()
    const { body: child } = await server.refresh(refreshToken)
    server.clock.advance(30_001)
    const reuse = await server.refresh(refreshToken)
    expect(reuse).toMatchObject({ status: 403, body: { error: 'refresh_token_reused' }, setCookies: [] })
    for (const token of [refreshToken, child.refreshToken])
      expect(await server.refresh(token)).toMatchObject({ status: 403, body: { error: 'session_revoked' } })
    for (const bearer of [accessToken, child.accessToken])
      expect((await server.get('/me', { bearer })).status).toBe(401)
    const recorded = server.events().filter(({ event }) => event === 'reuse-detected')
    expect(recorded).toMatchObject([
      { sid: refreshToken.split('.')[1], presented: 0, newest: 1, address: '127.0.0.1' },
    ])
    expect(server.log()).not.toContain(refreshToken)
  })

  it('ends the session at once when two generations old', async () => {
    const server = await startServer()
    const { refreshToken } = await server.newcomer()
    const child = await server.refresh(refreshToken)
    await server.refresh(child.body.refreshToken)
    expect((await server.refresh(refreshToken)).body.error).toBe('refresh_token_reused')
  })

  it('ends the session at once when strict', async () => {
    const server = await startServer({ environment: { REFRESH_GRACE: '0' } })
    const { refreshToken } = await server.newcomer()
    expect((await server.refresh(refreshToken)).status).toBe(200)
    expect((await server.refresh(refreshToken)).body.error).toBe('refresh_token_reused')
  })

  it('gets the same child until that is used when lenient', async () => {
    const server = await startServer({ environment: { REFRESH_GRACE: 'lenient' } })
    const { refreshToken } = await server.newcomer()
    const child = await server.refresh(refreshToken)
    server.clock.advance(11 * HOUR)
    expect((await server.refresh(refreshToken)).body.refreshToken).toBe(child.body.refreshToken)
    await server.refresh(child.body.refreshToken)
    expect((await server.refresh(refreshToken)).body.error).toBe('refresh_token_reused')
  })
})

it('any number at the same time lose against a sign-out that comes between', async () => {
  const server = await startServer()
  const { refreshToken } = await server.newcomer()
  const flights = Array.from({ length: 10 }, () => server.refresh(refreshToken))
  await server.post('/logout', { refreshToken })
  for (const { status, body } of await Promise.all(flights)) {
    if (status !== 200) continue
    expect((await server.refresh(body.refreshToken)).body.error).toBe('session_revoked')
    expect((await server.get('/me', { bearer: body.accessToken })).status).toBe(401)
  }
})

describe('a store that lost its last writes', () => {
  it('is healed by a token newer than it knows, and says so once', async () => {
    const server = await withDatabase()
    let { refreshToken } = await server.newcomer()
    for (let i = 0; i < 5; i++) refreshToken = (await server.refresh(refreshToken)).body.refreshToken
    server.sql('update sessions set generation = 2')
    const replies = await Promise.all(Array.from({ length: 5 }, () => server.refresh(refreshToken)))
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(new Set(replies.map(({ body }) => body.refreshToken)).size).toBe(1)
    expect(server.events().filter(({ event }) => event === 'healed')).toMatchObject([{ from: 2, to: 6 }])
  })
})

it('reads the roles of the user anew each time', async () => {
  const server = await withDatabase()
  const { refreshToken } = await server.newcomer()
  server.sql(`update users set roles = '["user","admin"]'`)
  const { body } = await server.refresh(refreshToken)
  expect(body.userData.roles).toEqual(['user', 'admin'])
  expect(decodeJwt(body.accessToken).roles).toEqual(['user', 'admin'])
})

it('goes on with tokens of the older secret after a rotation of secrets', async () => {
  const file = join(temporaryDirectory(), 'auth.db')
  const clock = manualClock()
  const { refreshToken } = await (await startServer({ file, clock })).newcomer()
  const newest = 'a newer secret for refresh tokens 0123'
  const rotated = await startServer({
    file,
    clock,
    environment: { ETLS_REFRESH: `${newest},${refreshSecret}` },
  })
  const { status, body } = await rotated.refresh(refreshToken)
  expect(status).toBe(200)
  expect(createRefreshTokens([newest]).verify(body.refreshToken)).toMatchObject({ generation: 1 })
})

it('ASVS 16.5.2, 16.5.3: answers 503, never 401 or 403, while the store cannot be written', async () => {
  const server = await withDatabase()
  const { refreshToken } = await server.newcomer()
  const blocker = new DatabaseSync(server.file)
  blocker.exec('begin immediate')
  const { status, body, headers, setCookies } = await server.refresh(refreshToken)
  expect(status).toBe(503)
  expect(body).toEqual({ error: 'temporarily_unavailable', error_description: expect.any(String) })
  expect(headers.get('retry-after')).toBe('1')
  expect(setCookies).toEqual([])
  blocker.exec('rollback')
  blocker.close()
  expect((await server.refresh(refreshToken)).status).toBe(200)
})
