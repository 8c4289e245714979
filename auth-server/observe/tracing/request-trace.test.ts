import express from 'express'
import { expect, it, vi } from 'vitest'
import { createAuthRouter } from '../../server/create-auth-router.ts'
import { listen } from '../../server/server.ts'
import { StoreError } from '../../store/store.ts'
import { client } from '../../testing/client.ts'
import { refreshSecret, startServer, temporaryStore } from '../../testing/harness.ts'
import type { AuthEvent } from '../audit.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const other = '0af7651916cd43dd8448eb211c80319c'
const traceparent = (id: string) => ({ traceparent: `00-${id}-00f067aa0ba902b7-01` })

it('each line that a request leaves has the trace id of its traceparent, and no other line has it', async () => {
  const server = await startServer({ environment: { REFRESH_GRACE: '0' } })
  const json = { email: 'ada@example.com', password: 'a secret sentence', name: 'Ada' }
  const { body } = await server.post('/register', { json, headers: traceparent(traceId) })
  await server.post('/login', { json: { ...json, password: 'wrong' }, headers: traceparent(traceId) })
  await server.post('/refreshtoken', { refreshToken: body.refreshToken, headers: traceparent(traceId) })
  await server.get('/no-such-path', { headers: traceparent(traceId) })
  const ours = server.log()
  // The last line of a request may come after its answer.
  await expect.poll(() => server.linesWith(traceId).filter(({ msg }) => msg === 'request')).toHaveLength(4)
  expect(server.linesWith(traceId).map(({ msg }) => msg)).toEqual(
    expect.arrayContaining(['registered', 'signed-in', 'password-refused', 'rotated', 'request']),
  )
  expect(
    ours
      .trim()
      .split('\n')
      .every((line) => line.includes(`"traceId":"${traceId}"`)),
  ).toBe(true)

  // On the same connection, most likely.
  await server.refresh(body.refreshToken)
  const [refused] = server.events().slice(-1)
  expect(refused).toMatchObject({ event: 'refresh-refused' })
  expect(refused).not.toHaveProperty('traceId')
})

it('requests at the same time keep their own', async () => {
  const server = await startServer()
  const json = { email: 'nobody@example.com', password: 'wrong' }
  const ids = Array.from({ length: 20 }, (_, i) => (i + 1).toString(16).padStart(32, '0'))
  await Promise.all(ids.map((id) => server.post('/login', { json, headers: traceparent(id) })))
  const refused = server.events().filter(({ event }) => event === 'password-refused')
  expect(refused.map((line) => line.traceId).sort()).toEqual(ids)
})

it.each(['nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `ff-${traceId}-00f067aa0ba902b7-01`])(
  'traceparent %s stands in no line',
  async (header) => {
    const server = await startServer()
    const json = { email: 'nobody@example.com', password: 'wrong' }
    await server.post('/login', { json, headers: { traceparent: header } })
    expect(server.events()).toHaveLength(1)
    expect(server.log()).not.toContain('traceId')
    expect(server.log()).not.toContain(header)
  },
)

it('what fails here is logged with the trace id too', async () => {
  const server = await startServer()
  const { refreshToken } = await server.newcomer()
  vi.spyOn(server.store.sessions, 'renew').mockRejectedValue(new StoreError('The store is away.'))
  const headers = traceparent(traceId)
  expect((await server.post('/refreshtoken', { refreshToken, headers })).status).toBe(503)
  expect(server.linesWith('temporarily_unavailable')).toMatchObject([{ level: 50, traceId }])
})

it('an app with the auth server in it gets the trace id with each event, and in its own log', async () => {
  const events: AuthEvent[] = []
  const lines: object[] = []
  const write = (details: object) => void lines.push(details)
  const auth = createAuthRouter({
    store: await temporaryStore(Date.now),
    keys: {
      accessTokens: { secret: 'access tokens of the tests 0123456789' },
      refreshSecrets: [refreshSecret],
    },
    onEvent: (event) => void events.push(event),
    logger: { debug: write, info: write, warn: write, error: write },
  })
  const { port, stop } = await listen(express().use(auth), 0, '127.0.0.1')
  try {
    const app = client(`http://127.0.0.1:${port}`)
    const json = { email: 'nobody@example.com', password: 'wrong' }
    await app.post('/login', { json, headers: traceparent(other) })
    await app.post('/login', { json })
  } finally {
    await stop(0)
  }
  expect(events).toMatchObject([{ event: 'password-refused', traceId: other }, { event: 'password-refused' }])
  expect(events[1]).not.toHaveProperty('traceId')
  expect(lines).toContainEqual(expect.objectContaining({ event: 'password-refused', traceId: other }))
})
