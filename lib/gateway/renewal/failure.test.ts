import { describe, expect, it } from 'vitest'
import { createHarness } from '../testing/harness.ts'
import type { Backend } from './backend.ts'
import { cookieBackend } from './cookie-backend.ts'

const TOKEN = 'r.Zk3vJp0Qm1xYb7cT2nWd9A.7.AbCdEfGhIjKlMnOp'

/** The events of a call to a backend of somebody's own. */
async function eventsOf(backend: Backend, refreshToken = TOKEN) {
  const harness = await createHarness({ backend })
  const cookies = { accessToken: await harness.expired(), refreshToken }
  const outcome = await harness.send('/dashboard', { cookies })
  expect([outcome.outcome, outcome.setCookies]).toEqual(['degraded', []])
  return harness.events
}
const throwing = (error: unknown): Backend => ({
  refresh() {
    throw error
  },
})

describe('ASVS 16.2.5, 16.5.1: an error in somebody else’s code', () => {
  it('is an event with its message, its stack and the trace', async () => {
    const [failed, unavailable] = await eventsOf({
      refresh: async () => (undefined as unknown as { tokens: never }).tokens,
    })
    expect(failed).toEqual({
      type: 'backend.failed',
      message: "Cannot read properties of undefined (reading 'tokens')",
      stack: expect.stringContaining('failure.test.ts'),
      traceId: expect.stringMatching(/^[\da-f]{32}$/),
    })
    expect(unavailable).toMatchObject({ type: 'backend.unavailable', reason: 'backend_failed' })
  })

  it('names its cause', async () => {
    const error = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') })
    expect((await eventsOf(throwing(error)))[0]).toMatchObject({
      message: 'fetch failed: connect ECONNREFUSED 127.0.0.1:1',
    })
  })

  it.each([
    ['the token', `no session for ${TOKEN}`],
    ['the token in an address', `GET https://api.example/renew?rt=${TOKEN}&x=1`],
    ['a part of it', `no session for ${TOKEN.slice(0, 24)}…`],
    ['another part of it', `bad MAC: AbCdEfGhIjKlMnOp`],
    ['an access token', 'cannot use eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
    [
      'what a header cannot hold',
      'Headers.set: "Bearer Zk3vJp0Qm1xYb7-of-another" is an invalid header value.',
    ],
  ])('never tells %s', async (_, message) => {
    const told = JSON.stringify((await eventsOf(throwing(new Error(message))))[0])
    expect(told).toContain('(left out)')
    expect(told).not.toMatch(/Zk3vJp0Qm1xYb7|AbCdEfGhIjKl|eyJhbG/)
  })

  it.each(['a1.b2.c3.d4.e5', 'short-one', 's3cr3t'])(
    'never tells the token %s, in which no part is long',
    async (token) => {
      const [failed] = await eventsOf(throwing(new Error(`no session for ${token}`)), token)
      expect(failed).toMatchObject({ message: 'no session for (left out)' })
      expect(JSON.stringify(failed)).not.toContain(token)
    },
  )

  it('nor what JSON.parse quotes of an answer', async () => {
    let error: unknown
    try {
      JSON.parse('secret-of-the-backend')
    } catch (thrown) {
      error = thrown
    }
    const told = JSON.stringify((await eventsOf(throwing(error)))[0])
    expect(told).toContain('is not valid JSON')
    expect(told).not.toContain('secret-of')
  })

  it.each([['a text'], [undefined], [null], [{ code: 1 }]])('may be no Error at all: %s', async (thrown) => {
    expect((await eventsOf(throwing(thrown)))[0]).toMatchObject({ type: 'backend.failed' })
  })

  it.each([
    ['body', { body: () => (undefined as unknown as { x: string }).x }],
    ['refused', { refused: (_: number, body: unknown) => (body as { a: { b: boolean } }).a.b }],
  ])('in `%s` of cookieBackend shows, too', async (_, options) => {
    const [failed] = await eventsOf({
      refresh: (session, context) =>
        cookieBackend({ remoteApi: 'http://backend.test', ...options }).refresh(session, {
          ...context,
          fetch: async () => new Response('{}'),
        }),
    })
    expect(failed).toMatchObject({ type: 'backend.failed', message: expect.stringContaining('undefined') })
  })

  it('is none when the call was cut off at its deadline', async () => {
    const harness = await createHarness({
      refreshTimeout: 50,
      backend: {
        refresh: (_, { signal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
      },
    })
    await harness.send('/dashboard', { cookies: { refreshToken: TOKEN } })
    expect(harness.events).not.toContainEqual(expect.objectContaining({ type: 'backend.failed' }))
    expect(harness.events).toContainEqual(expect.objectContaining({ reason: 'no_answer' }))
  })
})
