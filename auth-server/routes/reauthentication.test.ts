import { describe, expect, it } from 'vitest'
import { startServer } from '../testing/harness.ts'

const QUARTER = 900_000
const OLD = 'insufficient_user_authentication'

/** Somebody on two devices, whose sign-ins are older than the limit. */
async function longAgo(environment: Record<string, string> = {}) {
  const server = await startServer({ environment: { ACCESS_TOKEN_TTL: '7200', ...environment } })
  const mine = await server.newcomer()
  const { email, password } = mine
  const other = (await server.post('/login', { json: { email, password } })).body
  server.clock.advance(QUARTER)
  return { server, mine, other, sidOf: (token: string) => token.split('.')[1] ?? '' }
}

describe('ASVS 7.5.2: ending sessions after the sign-in has grown old', () => {
  it('works for another session with the password alone', async () => {
    const { server, mine, other, sidOf } = await longAgo()
    const path = `/sessions/${sidOf(other.refreshToken)}`
    const bearer = mine.accessToken
    const refused = await server.delete(path, { bearer })
    expect(refused.status).toBe(401)
    expect(refused.body).toEqual({
      error: OLD,
      error_description: expect.any(String),
    })
    // RFC 9470 3.
    expect(refused.headers.get('www-authenticate')).toMatch(
      /^Bearer error="insufficient_user_authentication", error_description="[^"]+", max_age="900"$/,
    )
    const wrong = await server.delete(path, { bearer, json: { password: 'not mine' } })
    expect([wrong.status, wrong.body.error]).toEqual([401, 'invalid_credentials'])
    expect((await server.refresh(other.refreshToken)).status).toBe(200)
    expect((await server.delete(path, { bearer, json: { password: mine.password } })).status).toBe(204)
    expect((await server.refresh(other.refreshToken)).body.error).toBe('session_revoked')
  })

  it('works for all of them with the password alone', async () => {
    const { server, mine, other } = await longAgo()
    const bearer = mine.accessToken
    const refused = await server.post('/logout-all', { bearer })
    expect([refused.status, refused.body.error, refused.setCookies]).toEqual([401, OLD, []])
    expect((await server.post('/logout-all', { bearer, json: { password: '' } })).body.error).toBe(OLD)
    expect((await server.post('/logout-all', { bearer, json: { password: 'not mine' } })).status).toBe(401)
    expect((await server.get('/me', { bearer })).status).toBe(200)
    expect((await server.post('/logout-all', { bearer, json: { password: mine.password } })).status).toBe(204)
    for (const { refreshToken } of [mine, other])
      expect((await server.refresh(refreshToken)).body.error).toBe('session_revoked')
  })

  it('asks for nothing a moment before, and a renewal does not make a sign-in young', async () => {
    const { server, mine, other, sidOf } = await longAgo({ REAUTHENTICATE_AFTER: '901' })
    const sid = sidOf(other.refreshToken)
    const { accessToken } = (await server.refresh(mine.refreshToken)).body
    server.clock.advance(1000)
    expect((await server.delete(`/sessions/${sid}`, { bearer: accessToken })).body.error).toBe(OLD)
    expect((await server.post('/logout-all', { bearer: accessToken })).body.error).toBe(OLD)
  })

  it('a new sign-in is enough', async () => {
    const { server, mine, other } = await longAgo()
    const { email, password } = mine
    const fresh = (await server.post('/login', { json: { email, password } })).body
    server.clock.advance(QUARTER - 1)
    expect((await server.post('/logout-all', { bearer: fresh.accessToken })).status).toBe(204)
    expect((await server.refresh(other.refreshToken)).body.error).toBe('session_revoked')
  })

  it('signing out oneself never asks', async () => {
    const { server, mine, other, sidOf } = await longAgo()
    const path = `/sessions/${sidOf(mine.refreshToken)}`
    expect((await server.delete(path, { bearer: mine.accessToken })).status).toBe(204)
    expect((await server.post('/logout', { refreshToken: other.refreshToken })).status).toBe(204)
  })

  it('does not tell a foreign session from an unknown one', async () => {
    const { server, mine, sidOf } = await longAgo()
    const eve = await server.newcomer('eve@example.com')
    for (const sid of [sidOf(eve.refreshToken), 'A'.repeat(22)])
      expect((await server.delete(`/sessions/${sid}`, { bearer: mine.accessToken })).status).toBe(404)
  })

  it('0 asks always', async () => {
    const server = await startServer({ environment: { REAUTHENTICATE_AFTER: '0' } })
    const { accessToken: bearer } = await server.newcomer()
    expect((await server.post('/logout-all', { bearer })).body.error).toBe(OLD)
  })
})

it('ASVS 6.3.4: the password that is asked for again is limited and recorded like a sign-in', async () => {
  const { server, mine } = await longAgo({ SIGN_IN_LIMIT: '2/300' })
  const tryWith = (password: string) =>
    server.post('/logout-all', { bearer: mine.accessToken, json: { password } })
  const statuses = [await tryWith('guess 1'), await tryWith('guess 2'), await tryWith(mine.password)]
  expect(statuses.map(({ status }) => status)).toEqual([401, 401, 429])
  const { email, password } = mine
  // The tries of this session are used up, not those of its owner.
  expect((await server.post('/login', { json: { email, password } })).status).toBe(200)
  expect(server.events().map(({ event, at }) => [event, at])).toContainEqual([
    'password-refused',
    'reauthentication',
  ])
  expect(server.log()).not.toContain('guess 1')
})
