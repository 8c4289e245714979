import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer, IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect, Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { guardServer } from './guard.ts'
import { SANDBOX_MARK } from './sandbox.ts'

const NEXT_META = Symbol.for('NextInternalRequestMeta')
type AsNext = IncomingMessage & { [NEXT_META]: { clonableBody?: unknown } }

/** Does with a request what Next does before its middleware runs. */
let answer: (incoming: AsNext, response: ServerResponse) => unknown
const server = createServer((incoming, response) => {
  const asNext = incoming as AsNext
  asNext[NEXT_META].clonableBody = 'kept'
  void answer(asNext, response)
})
let url: string

beforeAll(async () => {
  guardServer({ maxBodySizes: { '/notes': 100 }, basePath: '/app' })
  guardServer({})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  answer = (_, response) => response.end()
})

/** Posts pieces of which nobody knows how many there are. */
async function post(path: string, pieces: readonly string[]) {
  const sent = request(url + path, { method: 'POST' })
  for (const piece of pieces) sent.write(piece)
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  let text = ''
  for await (const piece of response) text += piece
  return { status: response.statusCode, text }
}

test('what Next writes into a request of `Set-Cookie` is nowhere; all else is there', async () => {
  let seen: unknown
  answer = ({ headers }, response) => {
    headers['set-cookie'] = ['refreshToken=secret']
    headers['x-session'] = 'renewed'
    seen = [
      headers['set-cookie'],
      JSON.stringify(headers).includes('secret'),
      headers['x-session'],
      { ...headers },
    ]
    response.end()
  }
  await fetch(url, { headers: { 'x-other': '1' } })
  const others = expect.not.objectContaining({ 'set-cookie': expect.anything() })
  expect(seen).toEqual([undefined, false, 'renewed', others])
})

test('a request that an adapter makes with `Set-Cookie`, from no server, is without it once Next begins; an answer keeps its own', async () => {
  class AdapterRequest extends IncomingMessage {}
  const headers = { 'set-cookie': ['refreshToken=secret'], 'x-session': 'renewed' }
  const made = Object.assign(new AdapterRequest(new Socket()), { method: 'GET', url: '/', headers })
  Object.assign(made, { [NEXT_META]: { isAdapted: true } })
  expect([{ ...made.headers }, Reflect.get(made, NEXT_META)]).toEqual([
    { 'x-session': 'renewed' },
    { isAdapted: true },
  ])
  Object.assign(made, { [NEXT_META]: 'changed' })
  expect(Reflect.get(made, NEXT_META)).toBe('changed')
  answer = (_, response) => response.setHeader('set-cookie', 'a=b').end()
  const [response] = (await once(request(url).end(), 'response')) as [IncomingMessage]
  expect(response.resume().headers['set-cookie']).toEqual(['a=b'])
})

describe('Next keeps a body', () => {
  const isKept = async (init: RequestInit) => {
    let kept: unknown
    answer = (incoming, response) => {
      kept = incoming[NEXT_META].clonableBody
      incoming.resume().on('end', () => response.end())
    }
    await fetch(`${url}/app/page`, { method: 'POST', ...init })
    return kept === 'kept'
  }

  test('of up to 64 KB', async () => {
    expect(await isKept({})).toBe(true)
    expect(await isKept({ body: 'a'.repeat(65_536) })).toBe(true)
  })

  test('and none that is larger, or whose length is not told', async () => {
    expect(await isKept({ body: 'a'.repeat(65_537) })).toBe(false)
    const body = new Blob(['a']).stream()
    expect(await isKept({ body, duplex: 'half' } as RequestInit)).toBe(false)
  })
})

describe('a body whose length is not told', () => {
  test('arrives up to what its path takes', async () => {
    answer = (incoming, response) => {
      let bytes = 0
      incoming.on('data', (piece) => {
        bytes += piece.length
      })
      incoming.on('end', () => response.end(String(bytes)))
    }
    expect(await post('/app/notes', ['a'.repeat(60), 'b'.repeat(40)])).toEqual({ status: 200, text: '100' })
  })

  test('is answered 413 beyond it, and its reader finds it broken off', async () => {
    let ended: unknown
    answer = (incoming) => {
      incoming.resume()
      ended = Promise.race([
        once(incoming, 'end').then(() => 'whole'),
        once(incoming, 'error').then(() => 'broken'),
      ]).catch(() => 'broken')
    }
    expect(await post('/app/notes', ['a'.repeat(60), 'b'.repeat(41)])).toEqual({
      status: 413,
      text: '{"error":"body_too_large"}',
    })
    expect(await ended).toBe('broken')
  })

  test('ends the connection where the answer has begun', async () => {
    answer = (incoming, response) => {
      incoming.resume()
      response.write('begun')
    }
    await expect(post('/app/notes', ['a'.repeat(60), 'b'.repeat(60)])).rejects.toThrow(
      /aborted|hang up|ECONNRESET/,
    )
  })
})

test('half a request does not stay: its headers have 15 s, a small body 20 s', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const arrived = new Promise<void>((resolve) => {
      answer = () => resolve()
    })
    const { port } = server.address() as AddressInfo
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    socket.write('POST /app HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf')
    await arrived
    expect(server.headersTimeout).toBe(15_000)
    vi.advanceTimersByTime(19_999)
    expect(socket.closed).toBe(false)
    const closed = once(socket, 'close')
    vi.advanceTimersByTime(1)
    await closed
  } finally {
    vi.useRealTimers()
  }
})

test('an answer that asks for it has the sandbox beside the policy that is there already', async () => {
  answer = (_, response) => {
    response.setHeader('content-security-policy', "default-src 'self'")
    response.setHeader(SANDBOX_MARK, '1')
    response.end()
  }
  const { headers } = await fetch(url)
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'self', sandbox; default-src 'none'/)
  expect(headers.has(SANDBOX_MARK)).toBe(false)
})
