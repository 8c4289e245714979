import { describe, expect, it } from 'vitest'
import { cookiesIn, createHarness, refusing, SILENT, UNREACHABLE } from './testing/harness.ts'

const PROTECTED = '/dashboard'

/** A gateway, and a browser whose access token has run out. */
async function withExpired(options = {}, life = 900) {
  const harness = await createHarness(options, life)
  const cookies = { accessToken: await harness.expired(), refreshToken: 'r1' }
  return {
    ...harness,
    visit: (refreshToken = 'r1', signal?: AbortSignal) =>
      harness.send(PROTECTED, { cookies: { ...cookies, refreshToken }, ...(signal && { signal }) }),
  }
}

describe('one flight for each refresh token', () => {
  it('next-auth #8897: 200 parallel requests make one call, and all get the same answer', async () => {
    const { backend, visit } = await withExpired()
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => visit()))
    expect(backend.calls).toHaveLength(1)
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['renewed']))
    expect(new Set(outcomes.map((outcome) => JSON.stringify(cookiesIn(outcome)))).size).toBe(1)
  })

  it('authkit-nextjs #28: a straggler with the old cookie gets the same answer for ten seconds, without a call', async () => {
    const { backend, clock, visit } = await withExpired()
    const first = cookiesIn(await visit())
    clock.advance(10_000)
    expect(cookiesIn(await visit())).toEqual(first)
    expect(backend.calls).toHaveLength(1)
    clock.advance(1)
    expect((await visit()).outcome).toBe('renewed')
    expect(backend.calls).toHaveLength(2)
  })

  it('sessions do not wait for each other, and never get each other’s answer', async () => {
    const { backend, visit } = await withExpired()
    const answers = await Promise.all(['r1', 'r5', 'r9'].map((refreshToken) => visit(refreshToken)))
    expect(answers.map((outcome) => cookiesIn(outcome).refreshToken)).toEqual(['r2', 'r6', 'r10'])
    expect(backend.calls).toHaveLength(3)
  })

  it('a refusal is remembered too', async () => {
    const { backend, visit } = await withExpired()
    backend.answer = refusing()
    const outcomes = [...(await Promise.all(Array.from({ length: 20 }, () => visit()))), await visit()]
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['ended']))
    expect(backend.calls).toHaveLength(1)
  })

  it('an outage is not: the next request asks again', async () => {
    const { backend, visit } = await withExpired()
    const rotate = backend.answer
    backend.answer = () => new Response('', { status: 503 })
    expect((await visit()).outcome).toBe('degraded')
    backend.answer = rotate
    expect((await visit()).outcome).toBe('renewed')
  })

  it('a visitor who leaves does not take the answer from the others', async () => {
    const { backend, visit } = await withExpired()
    const { answer } = backend
    const leaving = new AbortController()
    backend.answer = async (call) => {
      leaving.abort()
      return call.signal.aborted ? UNREACHABLE(call) : answer(call)
    }
    const outcomes = await Promise.all([visit('r1', leaving.signal), visit('r1')])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['renewed', 'renewed'])
  })
})

describe('a remembered answer whose access token has run out', () => {
  it('leads on to its child', async () => {
    const { backend, clock, visit, token } = await withExpired({}, 4)
    await visit()
    clock.advance(5000)
    const outcome = await visit()
    expect(outcome).toMatchObject({ outcome: 'renewed', session: { accessToken: await token() } })
    expect(cookiesIn(outcome).refreshToken).toBe('r3')
    expect(backend.calls.map((call) => call.refreshToken)).toEqual(['r1', 'r2'])
  })

  it('leads on as far as it must', async () => {
    const { backend, clock, visit } = await withExpired({}, 3)
    for (const refreshToken of ['r1', 'r2', 'r3']) {
      await visit(refreshToken)
      clock.advance(3000)
    }
    expect(cookiesIn(await visit()).refreshToken).toBe('r5')
    expect(backend.calls.map((call) => call.refreshToken)).toEqual(['r1', 'r2', 'r3', 'r4'])
  })

  it.each(['no refresh token', 'the same refresh token'])(
    'asks again when the backend gives %s',
    async (kind) => {
      const { backend, clock, visit, token } = await withExpired({}, 4)
      backend.answer = async () =>
        Response.json({
          accessToken: await token(),
          ...(kind === 'the same refresh token' && { refreshToken: 'r1' }),
        })
      expect((await visit()).outcome).toBe('renewed')
      clock.advance(5000)
      expect(await visit()).toMatchObject({ outcome: 'renewed', session: { accessToken: await token() } })
      expect(backend.calls).toHaveLength(2)
    },
  )
})

describe('the budget of a renewal', () => {
  it('a lost connection is tried once more: the same token has the same child', async () => {
    const { backend, visit } = await withExpired()
    const rotate = backend.answer
    backend.answer = (call) => (backend.calls.length === 1 ? UNREACHABLE(call) : rotate(call))
    expect((await visit()).outcome).toBe('renewed')
    expect(backend.calls.map((call) => call.refreshToken)).toEqual(['r1', 'r1'])
  })

  it('and not a second time', async () => {
    const { backend, events, visit } = await withExpired()
    backend.answer = UNREACHABLE
    expect((await visit()).outcome).toBe('degraded')
    expect(backend.calls).toHaveLength(2)
    expect(events).toEqual([{ type: 'backend.unavailable', reason: 'no_answer' }])
  })

  it.each([408, 429, 500, 502, 503, 404, 302])(
    'an answer of %i is an answer: it is not tried again',
    async (status) => {
      const { backend, events, visit } = await withExpired()
      backend.answer = () => new Response(null, { status })
      expect((await visit()).outcome).toBe('degraded')
      expect(backend.calls).toHaveLength(1)
      expect(events).toEqual([{ type: 'backend.unavailable', reason: `status_${status}` }])
    },
  )

  it('a black hole ends with REFRESH_TIMEOUT, for all who wait, and is not tried again', async () => {
    const { backend, visit } = await withExpired({ refreshTimeout: 30 })
    backend.answer = SILENT
    const startedAt = performance.now()
    const outcomes = await Promise.all([visit(), visit(), visit()])
    expect(performance.now() - startedAt).toBeLessThan(4000)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['degraded', 'degraded', 'degraded'])
    expect(backend.calls).toHaveLength(1)
  })

  it('a black hole after a lost connection ends with the same budget', async () => {
    const { backend, visit } = await withExpired({ refreshTimeout: 30 })
    backend.answer = (call) => (backend.calls.length === 1 ? UNREACHABLE(call) : SILENT(call))
    expect((await visit()).outcome).toBe('degraded')
    expect(backend.calls).toHaveLength(2)
  })

  it('so does a body that never ends', async () => {
    const { backend, visit } = await withExpired({ refreshTimeout: 30 })
    backend.answer = ({ signal }) =>
      new Response(
        new ReadableStream({
          start(stream) {
            stream.enqueue(new TextEncoder().encode('{"accessToken":'))
            signal.addEventListener('abort', () => stream.error(signal.reason))
          },
        }),
      )
    expect((await visit()).outcome).toBe('degraded')
  })
})
