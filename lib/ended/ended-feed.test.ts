import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { GatewayEvent } from '../gateway/events/events.ts'
import type { AccessTokenClaims } from '../gateway/token/claims.ts'
import { endedFeed } from './ended-feed.ts'
import { stopsBetweenRequests } from './runtime.ts'

const SECRET = 'a-secret-of-the-feed-of-the-tests-0123456789'
const CLAIMS: AccessTokenClaims = {
  subject: 'user-1',
  sid: 'session-1',
  roles: [],
  issuedAt: 0,
  expiresAt: 0,
  authenticatedAt: null,
  acr: null,
}

/** A feed over real HTTP, and somebody who asks it as often as they look. */
async function served(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const events: GatewayEvent[] = []
  let now = 1_900_000_000_000
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ended`
  const sessions = endedFeed({ url, secret: SECRET, polls: 'request', every: 1, tolerate: 1 }).open({
    clock: () => now,
    random: () => 0,
    wait: async () => {},
    onEvent: (event) => events.push(event),
  })
  return {
    events,
    /** Looks once the feed has answered. */
    async look() {
      const works: Promise<unknown>[] = []
      now += 60_000
      await sessions.look(null, (work) => works.push(work))
      await Promise.all(works)
      return sessions.look(CLAIMS)
    },
  }
}

const json =
  (body: unknown): RequestListener =>
  (_req, res) =>
    void res.end(JSON.stringify(body))

describe('the feed of the auth server', () => {
  it('is asked with the secret, and from its last cursor on', async () => {
    const asked: (string | undefined)[][] = []
    const { look } = await served((req, res) => {
      asked.push([req.method, req.url, req.headers.authorization, req.headers.accept, req.headers.cookie])
      json({ cursor: '1.5:7:5,6', life: 960, entries: [] })(req, res)
    })
    await look()
    await look()
    const headers = [`Bearer ${SECRET}`, 'application/json', undefined]
    expect(asked).toEqual([
      ['GET', '/ended?wait=0', ...headers],
      ['GET', '/ended?after=1.5%3A7%3A5%2C6&wait=0', ...headers],
    ])
  })

  it('is believed in what it says', async () => {
    const entries = [{ sid: 'session-1', endedAt: 1_900_000_000_000, reason: 'reuse' }]
    const { look } = await served(json({ cursor: 'c', life: 960, entries }))
    expect(await look()).toMatchObject({ endedBy: 'reuse' })
  })

  it.each([
    ['a wrong secret', 401, {}],
    ['no feed', 404, {}],
    ['a firewall', 403, {}],
    ['trouble', 503, {}],
    ['a redirect, which is not followed with the secret', 302, { location: 'http://127.0.0.1:1/' }],
  ])('that answers %s has told nothing', async (_title, status, headers) => {
    const { look, events } = await served((_req, res) => void res.writeHead(status, headers).end('no'))
    expect(await look()).toMatchObject({ endedBy: null, isStale: true })
    expect(events).toMatchObject([{ type: 'revocation.stale', reason: `status_${status}` }])
  })

  it('that breaks off in the middle has told nothing', async () => {
    const { look, events } = await served((_req, res) => {
      res.writeHead(200, { 'content-length': '1000' })
      res.write('{"cursor":"c","entries":[{"sid":"session-1"')
      setImmediate(() => res.destroy())
    })
    expect(await look()).toMatchObject({ endedBy: null, isStale: true })
    expect(events).toMatchObject([{ reason: 'no_answer' }])
  })

  it('that is no JSON has told nothing', async () => {
    const { look, events } = await served((_req, res) => void res.end('<html>'))
    expect((await look()).isStale).toBe(true)
    expect(events).toMatchObject([
      { type: 'revocation.misfit', reason: 'shape' },
      { type: 'revocation.stale', reason: 'misfit' },
    ])
  })

  it('that never ends is cut off at 32 MB', async () => {
    let written = 0
    const { look, events } = await served((_req, res) => {
      const part = Buffer.alloc(1_048_576, ' ')
      const more = () => {
        while (!res.destroyed) {
          written += part.length
          if (!res.write(part)) return void res.once('drain', more)
        }
      }
      more()
    })
    expect((await look()).isStale).toBe(true)
    expect(events).toMatchObject([
      { type: 'revocation.misfit', reason: 'size' },
      { type: 'revocation.stale' },
    ])
    expect(written).toBeLessThan(64 * 1_048_576)
  })
})

describe('a runtime that stops between requests', () => {
  it.each(['VERCEL', 'NETLIFY', 'AWS_LAMBDA_FUNCTION_NAME', 'CF_PAGES'])('is known by %s', (name) => {
    expect(stopsBetweenRequests()).toBe(false)
    vi.stubEnv(name, '1')
    expect(stopsBetweenRequests()).toBe(true)
    vi.unstubAllEnvs()
  })

  it('is known by what a Worker says of itself', () => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
    expect(stopsBetweenRequests()).toBe(true)
    vi.unstubAllGlobals()
  })
})
