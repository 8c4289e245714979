import { describe, expect, it } from 'vitest'
import { startServer } from '../testing/harness.ts'

describe('a bearer token', () => {
  const protectedCalls = [
    ['GET', '/me'],
    ['GET', '/sessions'],
    ['DELETE', '/sessions/x'],
    ['POST', '/password'],
    ['POST', '/logout-all'],
  ] as const

  it.each(protectedCalls)('is needed for %s %s', async (method, path) => {
    const { status, body, headers } = await (await startServer()).send(method, path)
    expect(status).toBe(401)
    expect(body.error).toBe('unauthenticated')
    expect(headers.get('www-authenticate')).toBe('Bearer')
  })

  it.each(protectedCalls)('must be right for %s %s', async (method, path) => {
    const { status, body, headers } = await (await startServer()).send(method, path, { bearer: 'x.y.z' })
    expect(status).toBe(401)
    expect(body.error).toBe('invalid_token')
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })

  it('is refused when it has expired', async () => {
    const server = await startServer()
    const { accessToken: bearer } = await server.newcomer()
    server.clock.advance(899_999)
    expect((await server.get('/me', { bearer })).status).toBe(200)
    server.clock.advance(1)
    expect((await server.get('/me', { bearer })).body.error).toBe('invalid_token')
  })

  it('is not a refresh token', async () => {
    const server = await startServer()
    const { refreshToken } = await server.newcomer()
    expect((await server.get('/me', { bearer: refreshToken })).status).toBe(401)
  })

  it('may be announced in any case', async () => {
    const server = await startServer()
    const { accessToken } = await server.newcomer()
    expect((await server.get('/me', { headers: { authorization: `bearer ${accessToken}` } })).status).toBe(
      200,
    )
  })
})

describe('the list of sessions', () => {
  it('shows the live sessions of the caller alone', async () => {
    const server = await startServer()
    const { accessToken, email, password } = await server.newcomer()
    await server.newcomer('eve@example.com')
    server.clock.advance(5000)
    const { body: phone } = await server.post('/login', {
      json: { email, password },
      headers: { 'user-agent': 'phone', 'x-forwarded-for': '203.0.113.9' },
    })
    const { status, body } = await server.get('/sessions', { bearer: phone.accessToken })
    expect(status).toBe(200)
    expect(body).toEqual({
      sessions: [
        {
          sid: phone.refreshToken.split('.')[1],
          createdAt: '2030-01-01T00:00:05.000Z',
          lastSeenAt: '2030-01-01T00:00:05.000Z',
          address: '203.0.113.9',
          userAgent: 'phone',
          current: true,
          device: 'unbound',
        },
        expect.objectContaining({
          createdAt: '2030-01-01T00:00:00.000Z',
          address: '127.0.0.1',
          current: false,
          device: 'unbound',
        }),
      ],
    })
    expect((await server.get('/sessions', { bearer: accessToken })).body.sessions).toHaveLength(2)
  })

  it('shows when a session was last seen', async () => {
    const server = await startServer()
    const { refreshToken } = await server.newcomer()
    server.clock.advance(60_000)
    const { body } = await server.refresh(refreshToken)
    const { sessions } = (await server.get('/sessions', { bearer: body.accessToken })).body
    expect(sessions).toMatchObject([
      { createdAt: '2030-01-01T00:00:00.000Z', lastSeenAt: '2030-01-01T00:01:00.000Z' },
    ])
  })

  it('tells of others about when they were last seen, and nothing changes when they are renewed', async () => {
    const server = await startServer()
    const watched = await server.newcomer()
    const { email, password } = watched
    server.clock.advance(7 * 60_000 + 1234)
    const { accessToken } = (await server.post('/login', { json: { email, password } })).body
    const lastSeen = async () => {
      const { sessions } = (await server.get('/sessions', { bearer: accessToken })).body
      return sessions.map(({ lastSeenAt }: { lastSeenAt: string }) => lastSeenAt)
    }
    expect(await lastSeen()).toEqual(['2030-01-01T00:07:01.234Z', '2030-01-01T00:05:00.000Z'])
    server.clock.advance(1000)
    const { refreshToken } = (await server.refresh(watched.refreshToken)).body
    expect(await lastSeen()).toEqual(['2030-01-01T00:07:02.234Z', '2030-01-01T00:05:00.000Z'])
    // An access token lives 15 minutes: it may have been in use until then, and after them the time stands still.
    server.clock.advance(14 * 60_000)
    expect((await lastSeen())[1]).toBe('2030-01-01T00:20:00.000Z')
    await server.refresh(refreshToken)
    expect((await lastSeen())[1]).toBe('2030-01-01T00:20:00.000Z')
  })

  it('keeps an address only if it is one, and a user agent only so long', async () => {
    const server = await startServer()
    const { email, password } = await server.newcomer()
    const { body } = await server.post('/login', {
      json: { email, password },
      headers: { 'user-agent': 'x'.repeat(5000), 'x-forwarded-for': '<script>' },
    })
    const { sessions } = (await server.get('/sessions', { bearer: body.accessToken })).body
    const current = sessions.find((session: { current: boolean }) => session.current)
    expect(current).toMatchObject({ address: '127.0.0.1', userAgent: 'x'.repeat(256) })
  })
})

describe('ending one session', () => {
  it('ASVS 7.4.1, 10.4.9: works on another one of the caller, at once', async () => {
    const server = await startServer()
    const { accessToken, email, password } = await server.newcomer()
    const { body: lost } = await server.post('/login', { json: { email, password } })
    const sid = lost.refreshToken.split('.')[1]
    expect((await server.delete(`/sessions/${sid}`, { bearer: accessToken })).status).toBe(204)
    expect((await server.refresh(lost.refreshToken)).body.error).toBe('session_revoked')
    expect((await server.get('/me', { bearer: lost.accessToken })).status).toBe(401)
    expect((await server.delete(`/sessions/${sid}`, { bearer: accessToken })).status).toBe(404)
  })

  it('works on the one that asks', async () => {
    const server = await startServer()
    const { accessToken, refreshToken } = await server.newcomer()
    const sid = refreshToken.split('.')[1]
    expect((await server.delete(`/sessions/${sid}`, { bearer: accessToken })).status).toBe(204)
    expect((await server.get('/me', { bearer: accessToken })).status).toBe(401)
  })

  it('does not tell a foreign session from an unknown one, and leaves it alone', async () => {
    const server = await startServer()
    const { accessToken } = await server.newcomer()
    const foreign = await server.newcomer('eve@example.com')
    const one = await server.delete(`/sessions/${foreign.refreshToken.split('.')[1]}`, {
      bearer: accessToken,
    })
    const none = await server.delete('/sessions/unknown', { bearer: accessToken })
    expect(one.status).toBe(404)
    expect(one.body).toEqual(none.body)
    expect((await server.refresh(foreign.refreshToken)).status).toBe(200)
  })
})

describe('changing the password', () => {
  const next = 'battery staple'

  it('ASVS 7.2.4, 7.4.3: takes effect, ends every session, and begins a new one', async () => {
    const server = await startServer()
    const { email, password, ...mine } = await server.newcomer()
    const { body: other } = await server.post('/login', { json: { email, password } })
    const reply = await server.post('/password', {
      bearer: mine.accessToken,
      json: { current: password, next },
    })
    expect(reply).toMatchObject({ status: 200, body: { expiresIn: 900, userData: { email } } })
    expect((await server.post('/login', { json: { email, password } })).status).toBe(401)
    expect((await server.post('/login', { json: { email, password: next } })).status).toBe(200)
    expect((await server.refresh(other.refreshToken)).body.error).toBe('session_revoked')
    expect((await server.refresh(mine.refreshToken)).body.error).toBe('session_revoked')
    expect((await server.get('/me', { bearer: mine.accessToken })).status).toBe(401)
    expect((await server.refresh(reply.body.refreshToken)).status).toBe(200)
    expect(server.events().map(({ event }) => event)).toContain('password-changed')
  })

  it('ASVS 6.2.3, 7.5.1: needs the current one', async () => {
    const server = await startServer()
    const { accessToken, email, password } = await server.newcomer()
    const reply = await server.post('/password', { bearer: accessToken, json: { current: 'wrong', next } })
    expect(reply).toMatchObject({ status: 401, body: { error: 'invalid_credentials' } })
    expect((await server.post('/login', { json: { email, password } })).status).toBe(200)
  })

  it.each(['iloveyou1', 'Evergate2026', 'ada-1815'])('ASVS 6.2.4, 6.2.11: does not take %s', async (next) => {
    const server = await startServer()
    const { accessToken, email, password } = await server.newcomer()
    const reply = await server.post('/password', {
      bearer: accessToken,
      json: { current: password, next },
    })
    expect(reply).toMatchObject({ status: 422, body: { fields: { next: expect.any(String) } } })
    expect(JSON.stringify(reply.body)).not.toContain(next)
    expect((await server.post('/login', { json: { email, password } })).status).toBe(200)
  })

  it('holds the new one against the rules', async () => {
    const server = await startServer()
    const { accessToken, password } = await server.newcomer()
    const reply = await server.post('/password', {
      bearer: accessToken,
      json: { current: password, next: 'short' },
    })
    expect(reply).toMatchObject({
      status: 422,
      body: { error: 'invalid_request', fields: { next: expect.any(String) } },
    })
  })

  it('happens once when two ask at the same time', async () => {
    const server = await startServer()
    const { accessToken, password } = await server.newcomer()
    const replies = await Promise.all(
      ['first choice', 'second choice'].map((word) =>
        server.post('/password', { bearer: accessToken, json: { current: password, next: word } }),
      ),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401])
  })
})
