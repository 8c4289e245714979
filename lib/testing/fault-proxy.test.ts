import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createConnection } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Fault } from './faults.ts'
import { openFaultProxy, seededFaults } from './index.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

async function startServer(handler: Handler) {
  const heard: string[] = []
  const server = createServer((request, response) => {
    heard.push(request.url ?? '')
    handler(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async () => {
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  onTestFinished(stop)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, stop }
}

/** A server that says hello, a proxy before it, and a client that keeps its one connection. */
async function setUp(handler: Handler = (_request, response) => response.end('hello')) {
  const server = await startServer(handler)
  const proxy = await openFaultProxy({ target: server.url })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(async () => {
    agent.destroy()
    await proxy.close()
  })

  function send(path: string, { method = 'GET', body = '', signal = AbortSignal.timeout(20_000) } = {}) {
    return new Promise<{ status: number | undefined; text: string; reused: boolean }>((resolve, reject) => {
      const request = httpRequest(proxy.url + path, { method, agent, signal }, async (response) => {
        try {
          let text = ''
          for await (const chunk of response.setEncoding('utf8')) text += chunk
          resolve({ status: response.statusCode, text, reused: request.reusedSocket })
        } catch (error) {
          reject(error)
        }
      })
      request.on('error', reject)
      request.end(body)
    })
  }
  return { server, proxy, send }
}

const HELLO = expect.objectContaining({ status: 200, text: 'hello' })

describe('without a fault', () => {
  test.each<[string, Handler, object]>([
    ['a length', (_, response) => response.end('hello'), { status: 200, text: 'hello' }],
    [
      'chunks and trailers',
      (_, response) => {
        response.writeHead(200, { trailer: 'x-end' }).write('hel')
        response.addTrailers({ 'x-end': '1' })
        response.end('lo')
      },
      { status: 200, text: 'hello' },
    ],
    ['no body', (_, response) => response.writeHead(204).end(), { status: 204, text: '' }],
    [
      'an interim answer first',
      (_, response) => {
        response.writeProcessing()
        response.end('hello')
      },
      { status: 200, text: 'hello' },
    ],
  ])('an answer with %s passes, and the connection lives on', async (_name, handler, expected) => {
    const { send } = await setUp(handler)
    expect(await send('/')).toEqual({ ...expected, reused: false })
    expect(await send('/')).toEqual({ ...expected, reused: true })
  })

  test('an answer that ends with its connection passes', async () => {
    const { send } = await setUp(({ socket }) => socket.end('HTTP/1.1 200 OK\r\n\r\nhello'))
    expect(await send('/')).toEqual(HELLO)
  })

  test('the answer to HEAD has a length and no body', async () => {
    const { send } = await setUp((_request, response) =>
      response.writeHead(200, { 'content-length': 5 }).end(),
    )
    expect((await send('/', { method: 'HEAD' })).status).toBe(200)
    expect((await send('/', { method: 'HEAD' })).reused).toBe(true)
  })

  test('large bodies pass whole in both directions', async () => {
    const { send } = await setUp((request, response) => request.pipe(response))
    const body = 'x'.repeat(3_000_000)
    expect((await send('/', { method: 'POST', body })).text).toBe(body)
  })

  test('it tells which requests came', async () => {
    const { proxy, send } = await setUp()
    await send('/a?b=1')
    await send('/c', { method: 'POST', body: 'x' })
    expect(proxy.requests().map(({ method, path }) => [method, path])).toEqual([
      ['GET', '/a?b=1'],
      ['POST', '/c'],
    ])
    expect(proxy.requests({ path: '/a' })).toHaveLength(1)
    expect(proxy.requests({ path: '/a' })[0]?.headers.host).toBe(new URL(proxy.url).host)
    proxy.forget()
    expect([proxy.requests(), proxy.counts()]).toEqual([[], {}])
  })
})

describe('a fault that the target never hears of', () => {
  test('reset', async () => {
    const { server, proxy, send } = await setUp()
    proxy.script([{ kind: 'reset' }])
    await expect(send('/')).rejects.toThrow('ECONNRESET')
    expect(server.heard).toEqual([])
    expect(await send('/')).toEqual(HELLO)
  })

  test('black hole: nothing comes until the client gives up', async () => {
    const { server, proxy, send } = await setUp()
    proxy.script([{ kind: 'black-hole' }])
    await expect(send('/', { signal: AbortSignal.timeout(100) })).rejects.toThrow('aborted')
    expect(server.heard).toEqual([])
  })

  test('a status of its own, on a connection that lives on', async () => {
    const { server, proxy, send } = await setUp()
    proxy.script([{ kind: 'status', status: 503 }])
    expect(await send('/')).toEqual({ status: 503, text: '', reused: false })
    expect(server.heard).toEqual([])
    expect(await send('/')).toEqual({ status: 200, text: 'hello', reused: true })
  })

  test('garbage', async () => {
    const { server, proxy, send } = await setUp()
    proxy.script([{ kind: 'garbage' }])
    await expect(send('/')).rejects.toThrow('Parse Error')
    expect(server.heard).toEqual([])
  })
})

describe('a fault after the request was processed', () => {
  test('cut: the answer is lost', async () => {
    const { server, proxy, send } = await setUp()
    proxy.script([{ kind: 'cut' }])
    await expect(send('/')).rejects.toThrow('ECONNRESET')
    expect(server.heard).toEqual(['/'])
  })

  test('cut after some bytes: the answer is torn', async () => {
    const { server, proxy, send } = await setUp((_request, response) => response.end('x'.repeat(1000)))
    proxy.script([{ kind: 'cut', afterBytes: 500 }])
    await expect(send('/')).rejects.toThrow('aborted')
    expect(server.heard).toEqual(['/'])
  })

  test('swallow: the answer never comes', async () => {
    const { server, proxy, send } = await setUp()
    proxy.script([{ kind: 'swallow' }])
    const leaving = new AbortController()
    const answer = send('/', { signal: leaving.signal })
    await expect.poll(() => server.heard).toEqual(['/'])
    leaving.abort()
    await expect(answer).rejects.toThrow('aborted')
  })
})

describe('a slow network', () => {
  test('delay: the request arrives that much later', async () => {
    const { proxy, send } = await setUp()
    proxy.script([{ kind: 'delay', milliseconds: 80 }])
    const began = performance.now()
    expect(await send('/')).toEqual(HELLO)
    expect(performance.now() - began).toBeGreaterThanOrEqual(79)
  })

  test('throttle: the answer trickles, and arrives whole', async () => {
    const { proxy, send } = await setUp((_request, response) => response.end('x'.repeat(2000)))
    proxy.script([{ kind: 'throttle', bytesPerSecond: 10_000 }])
    const began = performance.now()
    expect((await send('/')).text).toHaveLength(2000)
    expect(performance.now() - began).toBeGreaterThanOrEqual(150)
  })
})

describe('which requests meet a fault', () => {
  test('a script is a queue; what it leaves meets what always applies', async () => {
    const { proxy, send } = await setUp()
    proxy.always({ kind: 'status', status: 500 })
    proxy.script([{ kind: 'status', status: 501 }, { kind: 'pass' }])
    proxy.script([{ kind: 'status', status: 502 }])
    const statuses = []
    for (let n = 0; n < 5; n += 1) statuses.push((await send('/')).status)
    expect(statuses).toEqual([501, 200, 502, 500, 500])
    expect(proxy.counts()).toEqual({ status: 4, pass: 1 })
    proxy.heal()
    expect(await send('/')).toEqual(HELLO)
  })

  test('those for one path only, though all share a connection', async () => {
    const { proxy, send } = await setUp()
    proxy.script([{ kind: 'status', status: 503 }], { path: '/refreshtoken' })
    proxy.always({ kind: 'status', status: 500 }, { path: '/me' })
    const statuses = []
    for (const path of ['/', '/me?x=1', '/refreshtoken', '/refreshtoken']) {
      statuses.push((await send(path)).status)
    }
    expect(statuses).toEqual([200, 500, 503, 200])
  })

  test('by chance: the same seed makes the same faults', async () => {
    const { proxy, send } = await setUp()
    const plan = { seed: 42, chances: [{ chance: 0.4, fault: { kind: 'status', status: 503 } as Fault }] }
    async function statuses() {
      proxy.always(seededFaults(plan))
      const found = []
      for (let n = 0; n < 30; n += 1) found.push((await send('/')).status)
      return found
    }
    const first = await statuses()
    expect(new Set(first)).toEqual(new Set([200, 503]))
    expect(await statuses()).toEqual(first)
  })
})

test('an answer is held back until it is let go; others pass it', async () => {
  const { proxy, server } = await setUp()
  const held = proxy.hold({ path: '/slow' })
  const slow = fetch(`${proxy.url}/slow`).then((response) => response.text())
  await held.answered
  expect(server.heard).toEqual(['/slow'])
  expect(await (await fetch(`${proxy.url}/slow`)).text()).toBe('hello')
  const first = await Promise.race([slow, 'still held'])
  expect(first).toBe('still held')
  held.letGo()
  expect(await slow).toBe('hello')
})

test('the server dies and comes back elsewhere: what comes in between is reset', async () => {
  const { proxy, server, send } = await setUp()
  expect(await send('/')).toEqual(HELLO)
  await server.stop()
  await expect(send('/')).rejects.toThrow('ECONNRESET')
  const again = await startServer((_request, response) => response.end('again'))
  proxy.retarget(again.url)
  expect((await send('/')).text).toBe('again')
  const third = await startServer((_request, response) => response.end('third'))
  proxy.retarget(third.url)
  expect(await send('/')).toEqual({ status: 200, text: 'third', reused: true })
})

test('closing ends what is held, swallowed and idle, and refuses what comes later', async () => {
  const server = await startServer((_request, response) => response.end('hello'))
  const proxy = await openFaultProxy({ target: server.url })
  const held = proxy.hold({ path: '/held' })
  proxy.script([{ kind: 'black-hole' }], { path: '/hole' })
  const failures = ['/held', '/hole'].map((path) => fetch(proxy.url + path).catch(() => 'ended'))
  const idle = createConnection(Number(new URL(proxy.url).port), '127.0.0.1')
  await Promise.all([held.answered, once(idle, 'connect')])
  await expect.poll(() => proxy.requests({ path: '/hole' })).toHaveLength(1)
  const idleEnded = once(idle, 'close')
  await proxy.close()
  expect(await Promise.all(failures)).toEqual(['ended', 'ended'])
  await idleEnded
  await expect(fetch(proxy.url)).rejects.toThrow()
})

test('what is not HTTP is reset', async () => {
  const { proxy } = await setUp()
  const socket = createConnection(Number(new URL(proxy.url).port), '127.0.0.1')
  socket.write('nonsense\r\n\r\n')
  await expect(once(socket, 'close')).rejects.toThrow('ECONNRESET')
  expect(proxy.requests()).toEqual([])
})

test('a target that is not http: is refused', async () => {
  await expect(openFaultProxy({ target: 'https://example.com' })).rejects.toThrow('must be an http: URL')
})
