import { describe, expect, it, vi } from 'vitest'
import type { AuthEvent } from '../observe/audit.ts'
import { createMetrics } from '../observe/metrics/metrics.ts'
import { sampleOf } from '../observe/metrics/testing/scrape.ts'
import { manualClock, startServer } from '../testing/harness.ts'
import { eachStoreKind, openTestStore, type StoreKind } from '../testing/stores.ts'

vi.setConfig({ testTimeout: 60_000 })

const owner = { 'x-forwarded-for': '203.0.113.7', 'user-agent': 'the owner' }

/** Two servers over one store, and a person whose browser has just renewed its session: 0 is the parent, 1 the child. */
async function renewed(kind: StoreKind, environment: Record<string, string> = {}) {
  const url = await kind.place()
  const clock = manualClock()
  const start = async () => startServer({ store: await openTestStore(url, clock), clock, environment })
  const [server, other] = [await start(), await start()]
  const { refreshToken } = await server.newcomer()
  const present = (headers: Record<string, string>, token = refreshToken, at = other) =>
    at.post('/refreshtoken', { refreshToken: token, headers })
  const child = (await present(owner, refreshToken, server)).body.refreshToken as string
  const events = () => [server, other].flatMap((each) => each.events())
  return { server, other, clock, present, parent: refreshToken, child, events }
}

describe.each(eachStoreKind)('on %s', (_title, kind) => {
  const attack = (title: string, run: () => Promise<void>) => it.skipIf(kind.missing)(title, run)

  attack(
    'RFC 9700 4.14.2: a replay from another client is answered the same child, and both are in the log at warn',
    async () => {
      const { present, child, parent, events } = await renewed(kind)
      const thief = { 'x-forwarded-for': '198.51.100.9', 'user-agent': 'a thief' }
      const reply = await present(thief)
      expect([reply.status, reply.body.refreshToken]).toEqual([200, child])
      expect(events().filter(({ event }) => event === 'replayed-elsewhere')).toEqual([
        expect.objectContaining({
          level: 40,
          sid: parent.split('.')[1],
          generation: 1,
          answer: 'child',
          address: '198.51.100.9',
          userAgent: 'a thief',
          renewedBy: { address: '203.0.113.7', userAgent: 'the owner' },
        }),
      ])
    },
  )

  attack('a replay from the same network and user agent is everyday, at every server', async () => {
    const { present, child, events } = await renewed(kind)
    for (const address of ['203.0.113.7', '203.0.113.99'])
      expect((await present({ ...owner, 'x-forwarded-for': address })).body.refreshToken).toBe(child)
    expect(events().filter(({ event }) => String(event).startsWith('replayed'))).toEqual([])
  })

  attack('with REPLAY_FROM=same-client it is reuse: the session ends for both', async () => {
    for (const thief of [
      { ...owner, 'x-forwarded-for': '203.0.114.7' },
      { ...owner, 'user-agent': 'a thief' },
    ]) {
      const { server, present, child, events } = await renewed(kind, { REPLAY_FROM: 'same-client' })
      expect((await present({ ...owner, 'x-forwarded-for': '203.0.113.8' })).body.refreshToken).toBe(child)
      expect((await present(thief)).body.error).toBe('refresh_token_reused')
      expect((await present(owner, child, server)).body.error).toBe('session_revoked')
      expect(events().map(({ event, answer }) => [event, answer])).toEqual(
        expect.arrayContaining([
          ['replayed-elsewhere', 'refused'],
          ['reuse-detected', undefined],
        ]),
      )
    }
  })

  attack('the client is that of the last rotation, not that of the sign-in', async () => {
    const { server, present, child } = await renewed(kind, { REPLAY_FROM: 'same-client' })
    const train = { ...owner, 'x-forwarded-for': '2001:db8:1:2::7' }
    const next = (await present(train, child, server)).body.refreshToken
    // Within the /48 a provider moves its customers.
    const moved = await present({ ...train, 'x-forwarded-for': '2001:db8:1:3::9' }, child)
    expect([moved.status, moved.body.refreshToken]).toEqual([200, next])
    expect((await present(owner, child)).body.error).toBe('refresh_token_reused')
  })

  attack('presentations of one token at the same time get equal answers, from wherever', async () => {
    const { server, other, present, child } = await renewed(kind)
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        present(
          { 'x-forwarded-for': `198.51.${i}.1`, 'user-agent': `tab ${i}` },
          child,
          i % 2 ? server : other,
        ),
      ),
    )
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200))
    expect(new Set(replies.map(({ body }) => body.refreshToken)).size).toBe(1)
  })
})

it('are counted apart', async () => {
  const { onEvent, text } = createMetrics()
  const event = { event: 'replayed-elsewhere', sid: 's', generation: 1 } as const
  const renewedBy = { address: '203.0.113.7', userAgent: 'the owner' }
  const counted = async (detail: string) =>
    sampleOf(await text(), 'evergate_events_total', { event: 'replayed-elsewhere', detail })
  expect([await counted('child'), await counted('refused')]).toEqual([0, 0])
  onEvent({ ...event, answer: 'child', renewedBy } satisfies AuthEvent)
  onEvent({ ...event, answer: 'refused', renewedBy } satisfies AuthEvent)
  onEvent({ ...event, answer: 'child', renewedBy } satisfies AuthEvent)
  expect([await counted('child'), await counted('refused')]).toEqual([2, 1])
})
