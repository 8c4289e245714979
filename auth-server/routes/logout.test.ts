import { expect, it } from 'vitest'
import { startServer } from '../testing/harness.ts'

const cleared = ['accessToken', 'refreshToken'].map(
  (name) => `${name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`,
)

it('ends the session and clears both cookies', async () => {
  const server = await startServer()
  const { refreshToken, accessToken } = await server.newcomer()
  const { status, setCookies, body } = await server.post('/logout', { refreshToken })
  expect(status).toBe(204)
  expect(body).toBeUndefined()
  expect(setCookies).toEqual(cleared)
  expect((await server.refresh(refreshToken)).body.error).toBe('session_revoked')
  expect((await server.get('/me', { bearer: accessToken })).status).toBe(401)
  expect(server.events()).toContainEqual(
    expect.objectContaining({ event: 'signed-out', sid: refreshToken.split('.')[1] }),
  )
})

it('ends the session with an old token of it as well', async () => {
  const server = await startServer()
  const { refreshToken } = await server.newcomer()
  const child = await server.refresh(refreshToken)
  await server.post('/logout', { refreshToken })
  expect((await server.refresh(child.body.refreshToken)).body.error).toBe('session_revoked')
})

it.each([undefined, 'refreshToken=garbage', 'refreshToken=a; refreshToken=b'])(
  'answers 204 whatever is presented: %s',
  async (cookie) => {
    const server = await startServer()
    const { status, setCookies } = await server.post('/logout', cookie === undefined ? {} : { cookie })
    expect(status).toBe(204)
    expect(setCookies).toEqual(cleared)
  },
)

it('answers 204 a second time', async () => {
  const server = await startServer()
  const { refreshToken } = await server.newcomer()
  await server.post('/logout', { refreshToken })
  expect((await server.post('/logout', { refreshToken })).status).toBe(204)
  expect(server.events().filter(({ event }) => event === 'signed-out')).toHaveLength(1)
})

it('ends every session of the caller, and no one else’s, with logout-all', async () => {
  const server = await startServer()
  const first = await server.newcomer()
  const { email, password } = first
  const { body: second } = await server.post('/login', { json: { email, password } })
  const other = await server.newcomer('eve@example.com')
  const { status, setCookies } = await server.post('/logout-all', { bearer: first.accessToken })
  expect(status).toBe(204)
  expect(setCookies).toEqual(cleared)
  for (const token of [first.refreshToken, second.refreshToken])
    expect((await server.refresh(token)).body.error).toBe('session_revoked')
  expect((await server.refresh(other.refreshToken)).status).toBe(200)
  expect(server.events()).toContainEqual(expect.objectContaining({ event: 'sessions-ended', count: 2 }))
})

it('wants a bearer for logout-all', async () => {
  const server = await startServer()
  const { refreshToken } = await server.newcomer()
  expect((await server.post('/logout-all', { refreshToken })).status).toBe(401)
})
