import { describe, expect, it } from 'vitest'
import { clientOf } from '../request/client.ts'
import { cookiesIn, createHarness, KINDS } from '../testing/harness.ts'

const VICTIM = { 'x-forwarded-for': '192.0.2.7', 'user-agent': 'Firefox' }
const NEIGHBOUR = { ...VICTIM, 'x-forwarded-for': '192.0.2.200' }

/** A gateway, and a refresh token that several browsers may present. */
async function withToken(grace?: string) {
  const harness = await createHarness({ proxies: 1 })
  const { backend } = harness
  const rotate = backend.answer
  if (grace !== undefined)
    backend.answer = async (call) => {
      const response = await rotate(call)
      response.headers.set('refresh-grace', grace)
      return response
    }
  const accessToken = await harness.expired()
  return {
    ...harness,
    present: (sender: Record<string, string>, refreshToken = 'r1') =>
      harness.send('/dashboard', {
        headers: { ...KINDS.document, ...sender },
        cookies: { accessToken, refreshToken },
      }),
  }
}

describe('RFC 9700 4.14.2: the memory of an answer', () => {
  it('answers the browser that has flown, and one behind the same addresses', async () => {
    const { backend, present } = await withToken()
    const first = cookiesIn(await present(VICTIM))
    for (const sender of [VICTIM, NEIGHBOUR]) expect(cookiesIn(await present(sender))).toEqual(first)
    expect(backend.calls).toHaveLength(1)
  })

  it.each([
    ['another network', { ...VICTIM, 'x-forwarded-for': '198.51.100.9' }],
    ['another user agent', { ...VICTIM, 'user-agent': 'curl' }],
    ['no user agent', { 'x-forwarded-for': '192.0.2.7' }],
    [
      'an address of its own making before the one a proxy adds',
      { ...VICTIM, 'x-forwarded-for': '192.0.2.7, 198.51.100.9' },
    ],
  ])('leaves whoever comes with %s to the backend, which is told of each', async (_, thief) => {
    const { backend, present } = await withToken()
    await present(VICTIM)
    await present(thief)
    expect(backend.calls.map(({ refreshToken }) => refreshToken)).toEqual(['r1', 'r1'])
    expect(backend.calls[1]?.headers.get('x-forwarded-for')).toBe(thief['x-forwarded-for'].split(', ').at(-1))
    expect(backend.calls[1]?.headers.get('user-agent')).toBe(
      (thief as Record<string, string>)['user-agent'] ?? null,
    )
  })

  it('leads nobody on to a later child of another browser', async () => {
    const { backend, present } = await withToken()
    await present(VICTIM, 'r1')
    await present(VICTIM, 'r2')
    backend.calls.length = 0
    await present({ ...VICTIM, 'user-agent': 'curl' }, 'r1')
    expect(backend.calls.map(({ refreshToken }) => refreshToken)).toEqual(['r1'])
  })

  it('is none with a backend that says it has no grace: each presentation is a call', async () => {
    const { backend, present } = await withToken('0')
    await present(VICTIM)
    await present(VICTIM)
    expect(backend.calls).toHaveLength(2)
  })

  it('lasts no longer than the grace of the backend, once the child was presented', async () => {
    const { backend, clock, present, send, valid } = await withToken('3')
    await present(VICTIM)
    clock.advance(3000)
    await present(VICTIM)
    expect(backend.calls).toHaveLength(1)
    await send('/dashboard', { cookies: { accessToken: await valid(), refreshToken: 'r2' } })
    clock.advance(1)
    await present(VICTIM)
    expect(backend.calls).toHaveLength(2)
  })

  it.each(['30', 'lenient', 'soon'])(
    'and ten seconds at most once the child was presented, with a grace of %s',
    async (grace) => {
      const { backend, clock, present, send, valid } = await withToken(grace)
      await present(VICTIM)
      clock.advance(10_000)
      await present(VICTIM)
      expect(backend.calls).toHaveLength(1)
      await send('/dashboard', { cookies: { accessToken: await valid(), refreshToken: 'r2' } })
      clock.advance(1)
      await present(VICTIM)
      expect(backend.calls).toHaveLength(2)
    },
  )
})

describe('a call under way', () => {
  it('is shared by those who look alike, also with a backend without a grace', async () => {
    const { backend, present } = await withToken('0')
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => present(VICTIM)))
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['renewed']))
    expect(backend.calls).toHaveLength(1)
  })

  it('is shared with nobody else', async () => {
    const { backend, present } = await withToken()
    await Promise.all([present(VICTIM), present(NEIGHBOUR), present({ ...VICTIM, 'user-agent': 'curl' })])
    expect(backend.calls).toHaveLength(2)
  })
})

describe('how a browser looks', () => {
  it.each<[string | null, string | null, boolean]>([
    ['192.0.2.1', '192.0.2.254', true],
    ['192.0.2.1', '192.0.3.1', false],
    ['192.0.2.1:4711', '192.0.2.9', true],
    ['::ffff:192.0.2.1', '192.0.2.9', true],
    ['2001:db8:1:2::1', '2001:DB8:1:2:aaaa::9', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:db8::1', '2001:db8::2', true],
    ['192.0.2.1, 203.0.113.5', '192.0.2.9,203.0.113.8', true],
    ['192.0.2.1, 203.0.113.5', '192.0.2.1', false],
    ['192.0.2.1', null, false],
    [null, null, true],
  ])('%s and %s: alike is %s', (one, other, alike) => {
    expect(clientOf(one, 'A') === clientOf(other, 'A')).toBe(alike)
    expect(clientOf(one, 'A') === clientOf(other, 'B')).toBe(false)
  })
})
