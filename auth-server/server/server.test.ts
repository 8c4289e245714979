import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished, vi } from 'vitest'
import { startServer } from '../testing/harness.ts'

vi.setConfig({ testTimeout: 30_000 })

const SHORT = { headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 50 }

async function connect(url: string): Promise<Socket> {
  const socket = createConnection(Number(new URL(url).port), '127.0.0.1')
  // The server may close first; what it said before counts.
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** Sends a byte now and then for as long as the other side listens. */
function trickle(socket: Socket, byte: string): void {
  const timer = setInterval(() => socket.writable && socket.write(byte), 20)
  socket.once('close', () => clearInterval(timer))
}

it.each([
  ['headers', 'POST /login HTTP/1.1\r\nHost: x\r\nX-Slow: '],
  ['a request line', 'GET /'],
  [
    'a body',
    'POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{"email":"',
  ],
  [
    'a body in chunks',
    'POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n',
  ],
])(
  'ASVS 15.2.2, RFC 9110 15.5.9: %s that drips in is cut off with 408, and others are served meanwhile',
  async (_part, start) => {
    const server = await startServer({ limits: SHORT })
    const drips = await Promise.all(Array.from({ length: 20 }, () => connect(server.url)))
    const replies = drips.map((socket) => text(socket).catch(() => ''))
    for (const socket of drips) {
      socket.write(start)
      trickle(socket, 'a')
    }
    expect((await server.get('/livez')).status).toBe(200)
    for (const reply of await Promise.all(replies)) expect(reply).toMatch(/^HTTP\/1\.1 408 /)
  },
)

it('a connection that says nothing is closed', async () => {
  const server = await startServer({ limits: SHORT })
  const socket = await connect(server.url)
  socket.resume()
  await once(socket, 'close')
})

it('a connection that is idle after a request is closed', async () => {
  const server = await startServer({ limits: { ...SHORT, keepAliveTimeout: 100 } })
  const socket = await connect(server.url)
  socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /)
})

it('RFC 6585 5: headers may have 16 KiB together, and not more', async () => {
  const server = await startServer()
  const ask = async (bytes: number) => {
    const socket = await connect(server.url)
    const start = 'GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
    const rows = Array.from({ length: Math.floor(bytes / 100) }, () => `X: ${'a'.repeat(95)}\r\n`)
    socket.write(`${start}${rows.join('')}\r\n`)
    return (await text(socket)).slice(0, 12)
  }
  expect(await ask(15_000)).toBe('HTTP/1.1 200')
  expect(await ask(20_000)).toBe('HTTP/1.1 431')
})

it('ASVS 15.2.2: more connections than the limit are closed at once, and a free place is taken again', async () => {
  const server = await startServer({ limits: { maxConnections: 3 } })
  const three = await Promise.all(Array.from({ length: 3 }, () => connect(server.url)))
  const ask = async () => {
    const socket = await connect(server.url)
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    return await text(socket).catch(() => '')
  }
  expect(await ask()).toBe('')
  three[0]?.destroy()
  await vi.waitFor(async () => expect(await ask()).toMatch(/^HTTP\/1\.1 200 /))
})
