import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../testing/clock.ts'
import { createSessionGateway } from './gateway.ts'
import type { Fetch } from './platform.ts'
import { cookieJar } from './testing/cookie-jar.ts'
import { createIssuer, goodClaims } from './testing/issuer.ts'

const issuer = await createIssuer('HS256')
type Fault = 'none' | 'down' | 'answer lost' | 'answer lost twice' | 'overloaded' | 'garbage'

/** An auth server that rotates as CONTRACT 5 says (`lenient`), two gateways before it, and one browser. */
async function world() {
  const clock = manualClock()
  const server = { generation: 0, revoked: false, calls: 0, fault: 'none' as Fault, losses: 0 }

  async function answer(presented: number): Promise<Response> {
    const { generation } = server
    if (server.revoked || presented < generation - 1) {
      server.revoked = true
      return Response.json({ error: 'refresh_token_reused' }, { status: 403 })
    }
    server.generation = presented + 1
    const accessToken = await issuer.sign(goodClaims(Math.floor(clock.seconds())))
    return Response.json({ accessToken, refreshToken: `r${server.generation}` })
  }

  const fetch: Fetch = async (_url, { headers }) => {
    server.calls += 1
    if (server.fault === 'down') throw new TypeError('fetch failed')
    if (server.fault === 'overloaded') return new Response('', { status: 429 })
    if (server.fault === 'garbage') return new Response('<html>')
    const response = await answer(
      Number(/refreshToken=r(\d+)/.exec(new Headers(headers).get('cookie') ?? '')?.[1]),
    )
    if (server.losses > 0) {
      server.losses -= 1
      throw new TypeError('other side closed')
    }
    return response
  }

  const gateways = [1, 2].map(() =>
    createSessionGateway({
      remoteApi: 'http://backend.test',
      keys: issuer.keys,
      clock,
      fetch,
      wait: async () => {},
    }),
  )
  const jar = cookieJar()
  jar.receive(['refreshToken=r0'])

  /** As many tabs at once, spread over both gateways. */
  async function visit(tabs: number, fault: Fault = 'none') {
    server.fault = fault
    server.losses = { 'answer lost': 1, 'answer lost twice': 2 }[fault as string] ?? 0
    const headers = { cookie: jar.header(), accept: 'text/html' }
    const outcomes = await Promise.all(
      Array.from({ length: tabs }, (_, tab) =>
        gateways[tab % 2]?.handle(new Request('http://app.test/dashboard', { headers })),
      ),
    )
    for (const outcome of outcomes) jar.receive(outcome?.setCookies ?? [])
    return outcomes.map((outcome) => outcome?.outcome)
  }
  return { clock, server, visit, jar }
}

/** Milliseconds for which a breaker may still be open after an outage. */
const LONGEST_PAUSE = 10_000

describe('a session, over hours', () => {
  it('is never ended by anything but the backend’s word, whatever else goes wrong', async () => {
    const fault = fc.constantFrom<Fault>(
      'none',
      'none',
      'down',
      'answer lost',
      'answer lost twice',
      'overloaded',
      'garbage',
    )
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 1_000_000 }),
      tabs: fc.integer({ min: 1, max: 6 }),
      fault,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
        const { clock, server, visit } = await world()
        for (const { wait, tabs, fault } of steps) {
          clock.advance(wait)
          const outcomes = new Set(await visit(tabs, fault))
          for (const outcome of outcomes) expect(['active', 'renewed', 'degraded']).toContain(outcome)
          if (fault === 'none' && wait > LONGEST_PAUSE) expect(outcomes).not.toContain('degraded')
        }
        clock.advance(1_000_000)
        expect(new Set(await visit(2))).toEqual(new Set(['renewed']))
        expect(server.revoked).toBe(false)
      }),
      { numRuns: 30 },
    )
  })

  it('a working day costs one call for each life of an access token', async () => {
    const { clock, server, visit } = await world()
    const seen: (string | undefined)[] = []
    for (let minute = 0; minute < 8 * 60; minute += 1) {
      seen.push(...(await visit(1)))
      clock.advance(60_000)
    }
    expect(new Set(seen)).toEqual(new Set(['active', 'renewed']))
    expect(server.calls).toBe((8 * 60) / 15)
  })

  it('ends when the backend says so, once, and everywhere', async () => {
    const { clock, server, visit, jar } = await world()
    await visit(1)
    server.revoked = true
    clock.advance(900_000)
    expect(new Set(await visit(4))).toEqual(new Set(['ended']))
    expect(jar.names()).toEqual([])
    expect(await visit(1)).toEqual(['anonymous'])
  })
})
