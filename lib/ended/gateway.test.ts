import { describe, expect, it, onTestFinished } from 'vitest'
import type { GatewayOptions } from '../gateway/options.ts'
import { onEnded } from '../gateway/signal/ended.ts'
import { cookiesIn, createHarness, KINDS, UNREACHABLE } from '../gateway/testing/harness.ts'
import type { AccessTokenClaims } from '../gateway/token/claims.ts'
import type { EndedOptions } from './ended-by.ts'
import { endedBy } from './ended-by.ts'
import type { EndedEntry } from './feed.ts'
import { FeedError } from './feed.ts'
import { manualFeed } from './testing/manual-feed.ts'

const STRICT = { path: '/strict', require: { freshness: 'strict' } } as const
const RULES = [{ path: '/', require: 'public' }, STRICT] as const

/** A gateway that follows a feed of the test's, on a clock of the test's. */
async function following(options: EndedOptions = {}, more: Partial<GatewayOptions> = {}) {
  const feed = manualFeed()
  const waits: { readonly milliseconds: number; go(): void }[] = []
  const harness = await createHarness({
    revocation: endedBy(feed.ended, { polls: 'process', ...options }),
    rules: RULES,
    wait: (milliseconds) => new Promise((resolve) => waits.push({ milliseconds, go: resolve })),
    ...more,
  })
  const now = () => harness.clock()
  const ending = (change: object = {}) =>
    ({ sid: 'session-1', endedAt: now(), reason: 'ended-by-user', ...change }) as EndedEntry
  /** Lets so much time pass, and the pause between two calls with it. */
  const pass = async (milliseconds: number) => {
    harness.clock.advance(milliseconds)
    for (const { go } of waits.splice(0)) go()
    await feed.settle()
  }
  /** A gateway whose feed has answered once. */
  const begin = async (entries: readonly EndedEntry[] = []) => {
    const first = harness.send('/', { cookies: { accessToken: await harness.valid() } })
    await feed.answer(entries)
    await first
  }
  return { ...harness, feed, waits, ending, pass, begin }
}

describe('a session that the feed has named', () => {
  it('ASVS 7.4.1: counts as ended: its cookies are cleared, nothing is renewed, and the sign-in page says why', async () => {
    const { begin, ending, feed, pass, send, valid, backend, decisions } = await following()
    await begin()
    const cookies = { accessToken: await valid(), refreshToken: 'r1' }
    expect((await send('/page', { cookies })).outcome).toBe('active')
    await pass(1000)
    await feed.answer([ending()])
    const outcome = await send('/page', { cookies })
    expect(outcome.outcome).toBe('ended')
    expect(outcome.session).toBeNull()
    expect(cookiesIn(outcome)).toMatchObject({ accessToken: '(cleared)', refreshToken: '(cleared)' })
    expect(outcome.refusal?.headers.get('location')).toBe('/login?returnTo=%2Fpage&reason=ended-elsewhere')
    expect(backend.calls).toEqual([])
    expect(decisions.at(-1)).toMatchObject({
      type: 'session.ended',
      reason: 'ended-by-user',
      token: 'ended',
      sid: 'session-1',
    })
  })

  it.each([
    ['reuse', 'reuse'],
    ['signed-out', 'signed-out'],
    ['password-changed', 'password-changed'],
    ['user-disabled', 'ended-elsewhere'],
    ['session-limit', 'ended-elsewhere'],
    ['a word of another backend', 'ended-elsewhere'],
  ])('for the reason %s leads to the sign-in page with %s', async (reason, told) => {
    const { begin, ending, send, valid } = await following()
    await begin([ending({ reason })])
    const { refusal } = await send('/page', { cookies: { accessToken: await valid() } })
    expect(refusal?.headers.get('location')).toBe(`/login?returnTo=%2Fpage&reason=${told}`)
  })

  describe('as one to be renewed, because the person’s roles have changed', () => {
    const changed = (at: number) =>
      ({ sub: 'user-1', endedAt: at, reason: 'roles-changed', renew: true }) as const

    it('ASVS 8.3.2: is renewed at once, and goes by the roles of its new token', async () => {
      const { begin, clock, feed, pass, send, token, valid, backend } = await following()
      await begin()
      const cookies = { accessToken: await valid(), refreshToken: 'r1' }
      expect((await send('/page', { cookies })).outcome).toBe('active')
      await pass(1000)
      await feed.answer([changed(clock())])
      clock.advance(6_000)
      backend.answer = async () =>
        Response.json({ accessToken: await token({ roles: ['admin'] }), refreshToken: 'r2' })
      const outcome = await send('/page', { cookies })
      expect(outcome.outcome).toBe('renewed')
      expect(outcome.session?.roles).toEqual(['admin'])
      const { accessToken = '', refreshToken = '' } = cookiesIn(outcome)
      expect((await send('/page', { cookies: { accessToken, refreshToken } })).outcome).toBe('active')
      expect(backend.calls).toHaveLength(1)
    })

    it('has no access meanwhile: not while the backend is away, and not where no cookie can be set', async () => {
      const { begin, clock, pass, send, valid, backend } = await following({}, { staleIfError: 600 })
      await begin([changed(clock())])
      backend.answer = UNREACHABLE
      const cookies = { accessToken: await valid(), refreshToken: 'r1' }
      const sent = send('/page', { cookies })
      for (let retry = 0; retry < 10; retry += 1) await pass(1000)
      const outcome = await sent
      expect(outcome).toMatchObject({ outcome: 'degraded', session: null })
      expect(cookiesIn(outcome)).toEqual({})
      const headers = { upgrade: 'websocket', connection: 'upgrade' }
      expect((await send('/page', { cookies, headers })).outcome).toBe('anonymous')
    })
  })

  it('passes a public page as nobody, and a later page still says why', async () => {
    const { begin, ending, send, valid } = await following()
    await begin([ending({ reason: 'reuse' })])
    const outcome = await send('/', { cookies: { accessToken: await valid(), refreshToken: 'r1' } })
    expect(outcome).toMatchObject({ outcome: 'ended', session: null, refusal: null })
    // The app behind is shown no token.
    expect(outcome.requestHeaders?.get('cookie') ?? '').not.toContain('accessToken')
    const { signedOut } = cookiesIn(outcome)
    const next = await send('/page', { cookies: { signedOut: signedOut ?? '' } })
    expect(next.refusal?.headers.get('location')).toContain('reason=reuse')
  })

  it('is not renewed when its token runs out, or has', async () => {
    const { begin, ending, send, expiring, expired, backend } = await following()
    await begin([ending()])
    for (const accessToken of [await expiring(), await expired()])
      expect((await send('/page', { cookies: { accessToken, refreshToken: 'r1' } })).outcome).toBe('ended')
    expect(backend.calls).toEqual([])
  })

  it('does not come back by a renewal that was under way', async () => {
    const { begin, ending, feed, pass, send, expired, backend } = await following()
    await begin()
    await pass(1000)
    const { answer } = backend
    backend.answer = async (call) => {
      await feed.answer([ending()])
      return answer(call)
    }
    const outcome = await send('/page', { cookies: { accessToken: await expired(), refreshToken: 'r1' } })
    expect(outcome.outcome).toBe('ended')
    expect(cookiesIn(outcome)).toMatchObject({ refreshToken: '(cleared)' })
  })

  it.each(['api', 'navigation', 'prefetch', 'action'] as const)(
    'is refused to a request of the kind %s',
    async (kind) => {
      const { begin, ending, send, valid } = await following()
      await begin([ending()])
      const headers = KINDS[kind]
      const method = kind === 'action' ? 'POST' : 'GET'
      const { outcome, refusal } = await send('/page', {
        method,
        headers,
        cookies: { accessToken: await valid() },
      })
      expect(outcome).toBe('ended')
      expect(refusal?.status).toBe(401)
    },
  )

  it('is nobody where no cookie can be set', async () => {
    const { begin, ending, send, valid } = await following()
    await begin([ending()])
    const headers = { ...KINDS.api, upgrade: 'websocket' }
    const outcome = await send('/page', { headers, cookies: { accessToken: await valid() } })
    expect(outcome).toMatchObject({ outcome: 'anonymous', setCookies: [] })
    expect(outcome.refusal?.status).toBe(401)
  })

  it('ends in the token cache, too: a token that was verified a moment ago is no exception', async () => {
    const { begin, ending, feed, pass, send, valid, decisions } = await following()
    await begin()
    const cookies = { accessToken: await valid() }
    await send('/page', { cookies })
    await send('/page', { cookies })
    expect(decisions.at(-1)).toMatchObject({ type: 'session.active', verified: 'cached' })
    await pass(1000)
    await feed.answer([ending()])
    expect((await send('/page', { cookies })).outcome).toBe('ended')
  })

  it('ends with all of a user’s that began before, and leaves one that began after', async () => {
    const { begin, ending, send, token, clock } = await following()
    const endedAt = clock()
    await begin([ending({ sid: undefined, sub: 'user-1', endedAt })])
    const seconds = endedAt / 1000
    const before = await token({ iat: seconds - 5 })
    const after = await token({ iat: seconds, sid: 'session-2' })
    expect((await send('/page', { cookies: { accessToken: before } })).outcome).toBe('ended')
    expect((await send('/page', { cookies: { accessToken: after } })).outcome).toBe('active')
  })
})

describe('how a process keeps up', () => {
  it('asks nothing before the first request, then holds one call open', async () => {
    const { feed, begin, pass, send, valid } = await following()
    expect(feed.calls).toEqual([])
    await begin()
    await pass(1000)
    expect(feed.calls.map(({ cursor, wait }) => [cursor, wait])).toEqual([
      [null, 10],
      ['c1', 10],
    ])
    for (let i = 0; i < 20; i += 1) await send('/page', { cookies: { accessToken: await valid() } })
    expect(feed.calls).toHaveLength(2)
  })

  it('asks once in `every` at most, however much ends, and goes on from the cursor', async () => {
    const { feed, begin, waits, pass, ending } = await following({ every: 1000 })
    await begin()
    for (let i = 1; i <= 5; i += 1) {
      const [wait] = waits
      expect(wait?.milliseconds).toBeGreaterThanOrEqual(800)
      expect(wait?.milliseconds).toBeLessThanOrEqual(1000)
      await pass(1000)
      expect(feed.calls.at(-1)?.cursor).toBe(`c${i}`)
      await feed.answer([ending({ sid: `other-${i}` })])
    }
    expect(feed.calls).toHaveLength(6)
  })

  it('asks again at once after a call that has waited for long', async () => {
    const { feed, begin, waits, pass } = await following()
    await begin()
    await pass(1000)
    await pass(20_000)
    await feed.answer()
    expect(waits).toEqual([])
    expect(feed.calls).toHaveLength(3)
  })

  it('waits for the first answer: a process that has just begun serves nobody who was signed out before', async () => {
    const { feed, ending, send, valid } = await following()
    const first = send('/page', { cookies: { accessToken: await valid() } })
    await feed.answer([ending()])
    expect((await first).outcome).toBe('ended')
  })

  it('does not wait for a feed that fails', async () => {
    const { feed, send, valid } = await following()
    const first = send('/page', { cookies: { accessToken: await valid() } })
    await feed.fail()
    expect((await first).outcome).toBe('active')
    expect((await send('/page', { cookies: { accessToken: await valid() } })).outcome).toBe('active')
  })

  it('heals a gap by its cursor when the feed is back', async () => {
    const { feed, begin, pass, ending, send, valid } = await following()
    await begin()
    await pass(1000)
    await feed.fail()
    await pass(5000)
    expect(feed.calls.at(-1)?.cursor).toBe('c1')
    await feed.answer([ending()])
    expect((await send('/page', { cookies: { accessToken: await valid() } })).outcome).toBe('ended')
  })

  it('asks less and less of a feed that fails, and hardly one that is not there', async () => {
    const { feed, begin, pass, waits } = await following()
    await begin()
    const pauses: number[] = []
    for (const error of [...Array(5).fill(new TypeError()), ...Array(7).fill(new FeedError('status_404'))]) {
      await pass(20_000)
      await feed.fail(error)
      pauses.push(waits[0]?.milliseconds ?? 0)
    }
    expect(pauses.slice(0, 5)).toEqual([750, 1500, 3000, 3750, 3750])
    expect(pauses.at(-1)).toBe(45_000)
  })

  it('stops after five minutes without a request, and begins again with the next', async () => {
    const { feed, begin, pass, send, valid, ending } = await following()
    await begin()
    for (let i = 0; i < 15; i += 1) {
      await pass(21_000)
      if (feed.calls.length > i + 1) await feed.answer()
    }
    const asked = feed.calls.length
    await pass(600_000)
    expect(feed.calls).toHaveLength(asked)
    const back = send('/page', { cookies: { accessToken: await valid() } })
    await feed.answer([ending()])
    expect((await back).outcome).toBe('ended')
  })
})

describe('what is open', () => {
  const claims = (change: Partial<AccessTokenClaims> = {}): AccessTokenClaims => ({
    subject: 'user-1',
    sid: 'session-1',
    roles: [],
    issuedAt: 0,
    expiresAt: 0,
    authenticatedAt: null,
    acr: null,
    ...change,
  })

  it('is told when its session ends, and keeps a process asking that has no requests', async () => {
    const { feed, begin, pass, ending } = await following()
    await begin()
    const closed: string[] = []
    onTestFinished(onEnded(claims(), () => closed.push('mine')))
    onTestFinished(onEnded(claims({ sid: 'session-2' }), () => closed.push('another’s')))
    for (let i = 0; i < 30; i += 1) {
      await pass(21_000)
      if (feed.calls.length > i + 1) await feed.answer()
    }
    expect(closed).toEqual([])
    await pass(21_000)
    await feed.answer([ending()])
    expect(closed).toEqual(['mine'])
  })

  it('is told of a user’s end, too, where it began before', async () => {
    const { begin, ending, clock } = await following()
    const closed: string[] = []
    const seconds = clock() / 1000
    onTestFinished(onEnded(claims({ issuedAt: seconds - 1 }), () => closed.push('before')))
    onTestFinished(onEnded(claims({ issuedAt: seconds + 1 }), () => closed.push('after')))
    await begin([ending({ sid: undefined, sub: 'user-1', endedAt: clock() })])
    expect(closed).toEqual(['before'])
  })
})

describe('where a runtime stops between requests', () => {
  it('a call is made in the background of a request, when the last is older than `every`', async () => {
    const { feed, send, valid, clock, ending } = await following({ polls: 'request', every: 1000 })
    const works: Promise<unknown>[] = []
    const waitUntil = (work: Promise<unknown>) => works.push(work)
    const cookies = { accessToken: await valid() }
    const first = send('/page', { cookies, waitUntil })
    await feed.answer()
    await first
    expect(works).toHaveLength(1)
    await send('/page', { cookies, waitUntil })
    expect(feed.calls).toHaveLength(1)
    clock.advance(1000)
    // No request waits for it, and no two calls are under way.
    await send('/page', { cookies, waitUntil })
    await send('/page', { cookies, waitUntil })
    expect(feed.calls.map(({ wait }) => wait)).toEqual([0, 0])
    await feed.answer([ending()])
    expect((await send('/page', { cookies, waitUntil })).outcome).toBe('ended')
  })

  it('a call is made also for those who have no `waitUntil`', async () => {
    const { feed, send, valid } = await following({ polls: 'request' })
    const first = send('/page', { cookies: { accessToken: await valid() } })
    await feed.answer()
    expect((await first).outcome).toBe('active')
    expect(feed.calls).toHaveLength(1)
  })

  it('a call that was frozen with its runtime is given up', async () => {
    const { feed, send, valid, clock } = await following({ polls: 'request' })
    const waitUntil = () => {}
    const send1 = send('/page', { cookies: { accessToken: await valid() }, waitUntil })
    await feed.answer()
    await send1
    clock.advance(2000)
    await send('/page', { cookies: { accessToken: await valid() }, waitUntil })
    clock.advance(9000)
    await send('/page', { cookies: { accessToken: await valid() }, waitUntil })
    expect(feed.calls).toHaveLength(3)
  })
})

describe('while the feed is older than `tolerate`', () => {
  const stale = async () => {
    const world = await following({ tolerate: 30_000 })
    await world.begin()
    await world.pass(1000)
    await world.feed.fail(new FeedError('status_503'))
    await world.pass(29_500)
    return world
  }

  it('a strict rule is answered 503, its cookies kept; others go on, and one event tells of it', async () => {
    const { send, valid, events } = await stale()
    const cookies = { accessToken: await valid(), refreshToken: 'r1' }
    const outcome = await send('/strict', { cookies })
    expect(outcome).toMatchObject({ outcome: 'degraded', session: null, setCookies: [] })
    expect(outcome.refusal?.status).toBe(503)
    expect((await send('/strict', { cookies, headers: KINDS.api })).refusal?.status).toBe(503)
    expect((await send('/page', { cookies })).outcome).toBe('active')
    const told = events.filter(({ type }) => type === 'revocation.stale')
    expect(told).toEqual([{ type: 'revocation.stale', reason: 'status_503', seconds: 31 }])
  })

  it('a strict rule lets nobody through a WebSocket either', async () => {
    const { send, valid } = await stale()
    const headers = { ...KINDS.api, upgrade: 'websocket' }
    const outcome = await send('/strict', { headers, cookies: { accessToken: await valid() } })
    expect(outcome.refusal?.status).toBe(503)
  })

  it('a renewal proves a session, also to a strict rule', async () => {
    const { send, expired } = await stale()
    const cookies = { accessToken: await expired(), refreshToken: 'r1' }
    expect((await send('/strict', { cookies })).outcome).toBe('renewed')
  })

  it('it is over when the feed answers again, and that is told', async () => {
    const { send, valid, events, feed, pass } = await stale()
    await send('/page', { cookies: { accessToken: await valid() } })
    await pass(5000)
    await feed.answer()
    expect((await send('/strict', { cookies: { accessToken: await valid() } })).outcome).toBe('active')
    expect(events.map(({ type }) => type)).toEqual(['revocation.stale', 'revocation.caught-up'])
  })

  it('a strict rule lets nobody through where there is no feed at all', async () => {
    const { send, valid } = await createHarness({ rules: [STRICT] })
    expect((await send('/strict', { cookies: { accessToken: await valid() } })).refusal?.status).toBe(503)
    expect((await send('/page', { cookies: { accessToken: await valid() } })).outcome).toBe('active')
  })
})

describe('ASVS 15.2.2: a feed that lies', () => {
  const told = (events: readonly object[]) =>
    events.flatMap((event) =>
      'reason' in event && 'type' in event && event.type === 'revocation.misfit' ? [event.reason] : [],
    )

  it.each([
    ['null', null],
    ['a text', 'x'],
    ['no cursor', { entries: [] }],
    ['a cursor that is a number', { cursor: 1, entries: [] }],
    ['a cursor without end', { cursor: 'x'.repeat(9000), entries: [] }],
    ['entries that are none', { cursor: 'c', entries: {} }],
  ])('with %s for an answer has told nothing', async (_title, answer) => {
    const { feed, begin, pass, events, send, valid } = await following()
    await begin()
    await pass(1000)
    await feed.reply(answer)
    expect(told(events)).toEqual(['shape'])
    await pass(5000)
    expect(feed.calls.at(-1)?.cursor).toBe('c1')
    expect((await send('/page', { cookies: { accessToken: await valid() } })).outcome).toBe('active')
  })

  it('in some entries is believed in the others, and told of once', async () => {
    const { feed, begin, pass, events, ending, send, valid } = await following()
    await begin()
    const odd = [
      null,
      7,
      {},
      { sid: 7 },
      { sid: '' },
      { sid: 'a', endedAt: 'now' },
      { sid: 'a', endedAt: -1 },
    ]
    const more = [
      { sid: 'x'.repeat(600), endedAt: 1 },
      { sid: 'a', endedAt: Number.NaN },
    ]
    for (let i = 0; i < 2; i += 1) {
      await pass(1000)
      await feed.answer([...odd, ...more, ending()] as EndedEntry[])
    }
    expect(told(events)).toEqual(['shape'])
    expect((await send('/page', { cookies: { accessToken: await valid() } })).outcome).toBe('ended')
  })

  it('by a cursor of before is told of; what it says is added to what was known', async () => {
    const { feed, begin, pass, events, ending, send, valid } = await following()
    await begin([ending()])
    await pass(1000)
    await feed.answer()
    await pass(1000)
    await feed.answer([], { cursor: 'c1' })
    expect(told(events)).toEqual(['cursor'])
    expect((await send('/page', { cookies: { accessToken: await valid() } })).outcome).toBe('ended')
  })

  it('by the same cursor again and again is asked no more often', async () => {
    const { feed, begin, pass, ending, waits } = await following()
    await begin()
    for (let i = 0; i < 3; i += 1) {
      await pass(1000)
      await feed.answer([ending()], { cursor: 'same' })
      expect(waits[0]?.milliseconds).toBeGreaterThanOrEqual(800)
    }
  })

  it('by entries of tomorrow is told of, and ends nothing of tomorrow', async () => {
    const { begin, ending, events, send, token, clock } = await following()
    await begin([ending({ sid: undefined, sub: 'user-1', endedAt: clock() + 86_400_000 })])
    expect(told(events)).toEqual(['future'])
    const accessToken = await token({ iat: clock.seconds() + 1 })
    expect((await send('/page', { cookies: { accessToken } })).outcome).toBe('active')
  })

  it('by more entries than anybody has ended sessions has told nothing, and is told of', async () => {
    const { feed, begin, pass, ending, events, send, valid } = await following()
    await begin()
    await pass(1000)
    await feed.reply({ cursor: 'c2', entries: Array(1_000_001).fill(ending()) })
    expect(told(events)).toEqual(['size'])
    expect((await send('/page', { cookies: { accessToken: await valid() } })).outcome).toBe('active')
  })

  it('adds members that nobody knows, which count for nothing', async () => {
    const { feed, begin, pass, ending, events, send, valid } = await following()
    await begin()
    await pass(1000)
    await feed.answer([ending({ colour: 'red' })], { more: true, version: 7 })
    expect(events).toEqual([])
    expect((await send('/page', { cookies: { accessToken: await valid() } })).outcome).toBe('ended')
  })
})
