import { describe, expect, it } from 'vitest'
import type { GatewayOptions } from '../options.ts'
import { createHarness, refusing, SILENT, UNREACHABLE } from '../testing/harness.ts'

/** A gateway, and one browser whose access token has run out. */
async function withExpired(options: Partial<GatewayOptions> = {}) {
  const harness = await createHarness(options)
  const cookies = { accessToken: await harness.expired(), refreshToken: 'r1' }
  return { ...harness, visit: () => harness.send('/dashboard', { cookies }) }
}

const status =
  (code: number, headers = {}) =>
  () =>
    new Response('{}', { status: code, headers })
const garbage = () => new Response('<html>')

describe('a renewal that ends without a word on the session is tried again', () => {
  it.each<[string, () => Response | Promise<Response>]>([
    ['a lost connection', () => Promise.reject(new TypeError('fetch failed'))],
    ['garbage', garbage],
    ...[408, 429, 500, 502, 503, 504, 404, 302].map((code): [string, () => Response] => [
      String(code),
      status(code),
    ]),
  ])('after %s, with the same token: it has the same child', async (_, trouble) => {
    const { backend, events, visit } = await withExpired()
    const rotate = backend.answer
    backend.answer = (call) => (backend.calls.length < 4 ? trouble() : rotate(call))
    expect((await visit()).outcome).toBe('renewed')
    expect(backend.calls.map((call) => call.refreshToken)).toEqual(['r1', 'r1', 'r1', 'r1'])
    expect(events).toEqual([])
  })

  it.each([
    ['a lost connection', UNREACHABLE, 'no_answer'],
    ['garbage', garbage, 'malformed_answer'],
    ['500', status(500), 'status_500'],
  ])('but only three times: then it is unavailable (%s)', async (_, trouble, reason) => {
    const { backend, events, visit } = await withExpired()
    backend.answer = trouble
    expect((await visit()).outcome).toBe('degraded')
    expect(backend.calls).toHaveLength(4)
    expect(events).toMatchObject([{ type: 'backend.unavailable', reason }])
  })

  it.each([400, 401, 403])('a refusal is final: %i is not tried again', async (code) => {
    const { backend, visit } = await withExpired()
    backend.answer = refusing(code)
    expect((await visit()).outcome).toBe('ended')
    expect(backend.calls).toHaveLength(1)
  })
})

describe('the pause before another try', () => {
  const pauses = async (random: number, trouble = status(500)) => {
    const { backend, visit, waits } = await withExpired({ random: () => random })
    backend.answer = trouble
    await visit()
    return waits
  }

  it('doubles, and full jitter may make any of it nothing', async () => {
    expect(await pauses(0.999_999)).toEqual([100, 200, 400].map((full) => full * 0.999_999))
    expect(await pauses(0.5)).toEqual([50, 100, 200])
    expect(await pauses(0)).toEqual([0, 0, 0])
  })

  it('is what a backend with too much to do asks for, and the jitter on top', async () => {
    expect(await pauses(0.5, status(429, { 'retry-after': '1' }))).toEqual([1050, 1100, 1200])
  })

  it('may be asked for as a date', async () => {
    const { backend, clock, visit, waits } = await withExpired({ random: () => 0 })
    const rotate = backend.answer
    const date = new Date(clock() + 3000).toUTCString()
    backend.answer = (call) =>
      backend.calls.length === 1 ? status(429, { 'retry-after': date })() : rotate(call)
    expect((await visit()).outcome).toBe('renewed')
    expect(waits).toEqual([3000])
  })

  it.each(['soon', '-5', '1.5', '', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    'is the usual one when nobody can tell what is asked for: "%s"',
    async (retryAfter) => {
      expect(await pauses(0.5, status(429, { 'retry-after': retryAfter }))).toEqual([50, 100, 200])
    },
  )

  it('never reaches past the budget: who is asked to wait longer gives up at once', async () => {
    const { backend, visit, waits } = await withExpired({ refreshTimeout: 3000 })
    backend.answer = status(429, { 'retry-after': '3' })
    expect((await visit()).outcome).toBe('degraded')
    expect(backend.calls).toHaveLength(1)
    expect(waits).toEqual([])
  })
})

describe('the budget of a renewal', () => {
  it.each([
    ['a black hole', 1, SILENT],
    ['a black hole after a lost connection', 2, SILENT],
  ])('%s ends with REFRESH_TIMEOUT, for all who wait, and is not tried again', async (_, calls, hole) => {
    const { backend, visit } = await withExpired({ refreshTimeout: 30, random: () => 0 })
    backend.answer = (call) => (backend.calls.length < calls ? UNREACHABLE(call) : hole(call))
    const startedAt = performance.now()
    const outcomes = await Promise.all([visit(), visit(), visit()])
    expect(performance.now() - startedAt).toBeLessThan(4000)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['degraded', 'degraded', 'degraded'])
    expect(backend.calls).toHaveLength(calls)
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

describe('a public path', () => {
  it('does not wait for trouble; what it began goes on, and the next request has it', async () => {
    const { backend, cookies, finish, send } = await slowly()
    expect(await send('/', { cookies })).toMatchObject({ outcome: 'degraded', refusal: null, setCookies: [] })
    finish()
    expect((await send('/', { cookies })).outcome).toBe('renewed')
    expect(backend.calls).toHaveLength(1)
  })

  it('and the runtime is asked to let it go on', async () => {
    const { cookies, finish, send } = await slowly()
    const works: Promise<unknown>[] = []
    await send('/', { cookies, waitUntil: (work) => works.push(work) })
    finish()
    expect(works).toHaveLength(1)
    expect(await works[0]).toMatchObject({ result: 'rotated' })
  })

  /** A backend that has got the call, and answers when it is told to. */
  async function slowly() {
    const harness = await createHarness()
    const { backend } = harness
    const rotate = backend.answer
    let finish = () => {}
    const finished = new Promise<void>((resolve) => {
      finish = resolve
    })
    backend.answer = async (call) => {
      await finished
      return rotate(call)
    }
    return {
      ...harness,
      finish: () => finish(),
      cookies: { accessToken: await harness.expired(), refreshToken: 'r1' },
    }
  }
})

describe('the backend’s clock', () => {
  it.each([
    ['behind', 60],
    ['ahead', -60],
  ])('a minute %s: renewed all the same, and told once', async (_, seconds) => {
    const { backend, clock, events, send, token, expired } = await createHarness()
    backend.answer = async ({ refreshToken }) =>
      Response.json({
        accessToken: await token({ iat: clock.seconds() - seconds, exp: clock.seconds() - seconds + 900 }),
        refreshToken: `${refreshToken}+`,
      })
    const accessToken = await expired()
    for (const refreshToken of ['r1', 'r5', 'r9'])
      expect((await send('/dashboard', { cookies: { accessToken, refreshToken } })).outcome).toBe('renewed')
    expect(events).toEqual([{ type: 'clock.skewed', seconds }])
  })
})
