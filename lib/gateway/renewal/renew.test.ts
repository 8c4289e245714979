import { describe, expect, it } from 'vitest'
import { cookiesIn, createHarness, refusing, UNREACHABLE } from '../testing/harness.ts'

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
    const { visit, ...harness } = await withExpired()
    const { backend, clock } = harness
    const first = cookiesIn(await visit())
    clock.advance(10_000)
    expect(cookiesIn(await visit())).toEqual(first)
    expect(backend.calls).toHaveLength(1)
    // Once the child was presented, an older one is the backend's to judge.
    await harness.send(PROTECTED, { cookies: { accessToken: first.accessToken ?? '', refreshToken: 'r2' } })
    clock.advance(1)
    expect((await visit()).outcome).toBe('renewed')
    expect(backend.calls).toHaveLength(2)
  })

  it('next.js #29488: and for longer while the child was never presented, which has not arrived', async () => {
    const { backend, clock, events, visit } = await withExpired()
    const first = cookiesIn(await visit())
    for (let polls = 0; polls < 5; polls += 1) {
      clock.advance(11_000)
      expect(cookiesIn(await visit())).toEqual(first)
    }
    expect(backend.calls).toHaveLength(1)
    expect(events).toEqual([
      expect.objectContaining({ type: 'renewal.undelivered', path: PROTECTED, sid: 'session-1' }),
    ])
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

describe('a remembered answer whose session has moved on', () => {
  /** Renewed twice within the memory, and then once more with the first cookie. */
  async function lateAfter(second: 'rotated' | 'refused') {
    const { backend, visit } = await withExpired()
    await visit('r1')
    if (second === 'refused') backend.answer = refusing()
    await visit('r2')
    const calls = backend.calls.length
    return { late: await visit('r1'), asked: backend.calls.length - calls }
  }

  it('does not set a browser back: a straggler gets the newest', async () => {
    const { late, asked } = await lateAfter('rotated')
    expect(cookiesIn(late).refreshToken).toBe('r3')
    expect(asked).toBe(0)
  })

  it('does not bring back a session that has ended since', async () => {
    const { late, asked } = await lateAfter('refused')
    expect(late.outcome).toBe('ended')
    expect(asked).toBe(0)
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
