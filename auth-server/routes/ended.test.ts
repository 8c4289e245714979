import { gunzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { aNewSession, aNewUser, manualClock, startServer, temporaryStore } from '../testing/harness.ts'

const feedSecret = 'a-secret-of-the-feed-of-the-tests-0123456789'
const environment = { FEED_SECRET: feedSecret }

async function served() {
  const clock = manualClock()
  const store = await temporaryStore(clock)
  await store.users.create(aNewUser())
  const server = await startServer({ store, clock, environment })
  const end = async (...sids: string[]) => {
    for (const sid of sids) {
      await store.sessions.create(aNewSession({ sid }))
      await store.sessions.revoke(sid, 'ended-by-user')
    }
  }
  const ask = (query = '', headers: Record<string, string> = {}) =>
    server.get(`/ended${query}`, { bearer: feedSecret, headers })
  return { ...server, end, ask }
}

describe('RFC 6750 3: GET /ended is for whoever has the secret', () => {
  it.each([
    ['no token', {}],
    ['another', { bearer: 'a-secret-that-somebody-has-guessed-0123456789' }],
    [
      'another, for a stream',
      {
        bearer: 'a-secret-that-somebody-has-guessed-0123456789',
        headers: { accept: 'text/event-stream' },
      },
    ],
    ['a part of it', { bearer: feedSecret.slice(0, 20) }],
    ['it in another scheme', { headers: { authorization: `Basic ${feedSecret}` } }],
    ['it as a cookie', { cookie: `FEED_SECRET=${encodeURIComponent(feedSecret)}` }],
  ])('and not for %s', async (_title, request) => {
    const { get, end } = await served()
    await end('a')
    const { status, body, headers } = await get('/ended', request)
    expect(status).toBe(401)
    expect(body.error).toBe('unauthenticated')
    expect(JSON.stringify(body)).not.toContain('"a"')
    expect(headers.get('www-authenticate')).toBe('Bearer')
  })

  it('and not for a person with an access token', async () => {
    const { get, newcomer } = await served()
    const { accessToken } = await newcomer('eve@example.com')
    expect((await get('/ended', { bearer: accessToken })).status).toBe(401)
  })

  it('and is not there where none is set', async () => {
    const server = await startServer()
    expect((await server.get('/ended', { bearer: feedSecret })).status).toBe(404)
  })
})

describe('GET /ended over HTTP', () => {
  it('is stored by nobody, and tells whether anything has changed', async () => {
    const { ask, end } = await served()
    await end('a')
    const first = await ask()
    expect(first.headers.get('cache-control')).toBe('no-store')
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]+"$/)
    expect((await ask('', { 'if-none-match': etag })).status).toBe(304)
    expect((await ask('', { 'if-none-match': `"x", W/${etag}` })).status).toBe(304)
    await end('b')
    expect((await ask('', { 'if-none-match': etag })).status).toBe(200)
  })

  it('is compressed where the client takes that, and where it is worth it', async () => {
    const { url, end } = await served()
    const raw = async (encoding: string) => {
      const { request } = await import('node:http')
      return await new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
        const headers = { authorization: `Bearer ${feedSecret}`, 'accept-encoding': encoding }
        request(`${url}/ended`, { headers }, async (res) => {
          const parts: Buffer[] = []
          for await (const part of res) parts.push(part as Buffer)
          resolve({ headers: res.headers, body: Buffer.concat(parts) })
        })
          .on('error', reject)
          .end()
      })
    }
    expect((await raw('gzip')).headers['content-encoding']).toBeUndefined()
    await end(...Array.from({ length: 40 }, (_, i) => `session-${i}`))
    const [small, plain] = [await raw('gzip, br'), await raw('identity')]
    expect(small.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(JSON.parse(gunzipSync(small.body).toString())).toEqual(JSON.parse(plain.body.toString()))
    expect(small.body.length).toBeLessThan(plain.body.length / 2)
  })

  it('answers everything to a cursor that it does not know, at once', async () => {
    const { ask, end } = await served()
    await end('a')
    for (const cursor of ['x', '99999999999999', 'a'.repeat(9_000)])
      expect((await ask(`?after=${cursor}&wait=20`)).body.entries).toMatchObject([{ sid: 'a' }])
  })

  it('refuses a wait that is none, and shortens one that is too long to 25 s', async () => {
    const { ask, end } = await served()
    const timers = vi.spyOn(globalThis, 'setTimeout')
    onTestFinished(() => timers.mockRestore())
    for (const wait of ['x', '-1', '1.5', '9999999'])
      expect((await ask(`?wait=${wait}`)).status, wait).toBe(422)
    const { body } = await ask()
    const waiting = ask(`?after=${body.cursor}&wait=999999`)
    const asked = () => timers.mock.calls.map(([, milliseconds = 0]) => milliseconds)
    // The reading before it has taken a part of the time. The client has a timer of its own, of 28 s.
    const isLongest = (milliseconds: number) => milliseconds > 15_000 && milliseconds <= 25_000
    await vi.waitUntil(() => asked().some(isLongest), { timeout: 10_000 })
    expect(Math.max(...asked())).toBeLessThan(60_000)
    await end('a')
    expect((await waiting).body.entries).toHaveLength(1)
  })

  it('keeps nobody waiting when the server is about to end', async () => {
    const closing = new AbortController()
    const server = await startServer({ environment, closing: closing.signal })
    const ask = (query: string) => server.get(`/ended${query}`, { bearer: feedSecret })
    const { body } = await ask('')
    const waiting = ask(`?after=${body.cursor}&wait=25`)
    closing.abort()
    expect((await waiting).body.entries).toEqual([])
    expect((await ask(`?after=${body.cursor}&wait=25`)).status).toBe(200)
  })

  it('asks the store no more for those who have gone', async () => {
    const { url, store, ask } = await served()
    const { body } = await ask()
    const client = new AbortController()
    const headers = { authorization: `Bearer ${feedSecret}` }
    const waiting = fetch(`${url}/ended?after=${body.cursor}&wait=20`, { headers, signal: client.signal })
    client.abort()
    await expect(waiting).rejects.toThrow()
    expect((await ask()).status).toBe(200)
    await store.ping()
  })
})

describe('GET /ended as a stream', () => {
  async function stream(url: string, headers: Record<string, string> = {}) {
    const client = new AbortController()
    onTestFinished(() => client.abort())
    const response = await fetch(`${url}/ended`, {
      headers: { authorization: `Bearer ${feedSecret}`, accept: 'text/event-stream', ...headers },
      signal: client.signal,
    })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    return {
      response,
      /** The next event. */
      async next() {
        for (;;) {
          const [event, rest] = text.split('\n\n', 2)
          if (rest !== undefined && event !== undefined) {
            text = text.slice(event.length + 2)
            const [, id, data] = /^id: (.*)\ndata: (.*)$/.exec(event) ?? []
            if (data) return { id, ...JSON.parse(data) }
            continue
          }
          const part = await reader?.read()
          if (!part || part.done) throw new Error('the stream has ended')
          text += part.value
        }
      },
    }
  }

  it('tells what is known, and then each ending', async () => {
    const { url, end } = await served()
    await end('a')
    const { response, next } = await stream(url)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const first = await next()
    expect(first).toMatchObject({ id: first.cursor, life: 960, entries: [{ sid: 'a' }] })
    await end('b')
    expect(await next()).toMatchObject({ entries: [{ sid: 'b' }] })
  })

  it('goes on from the last event that a client has seen', async () => {
    const { url, end } = await served()
    await end('a')
    const { id } = await (await stream(url)).next()
    await end('b')
    const again = await stream(url, { 'last-event-id': id ?? '' })
    expect((await again.next()).entries).toMatchObject([{ sid: 'b' }])
  })

  it('is for so many at a time', async () => {
    const { url, end } = await served()
    await end('a')
    const open = await Promise.all(Array.from({ length: 100 }, () => stream(url)))
    for (const { response } of open) expect(response.status).toBe(200)
    const { response } = await stream(url)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
  })
})
