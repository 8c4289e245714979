import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'
import { afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { optionsFromEnvironment, SOCKET_ADDRESS_VARIABLE } from '../environment.ts'
import { watchConnections } from './connections.ts'

// Long enough for a busy machine to read what has arrived.
const TIMEOUT = 1000

const tellAddress: RequestListener = (request, response) =>
  response.end(String(request.headers['x-forwarded-for']))

async function aServer(listener: RequestListener = tellAddress, upgrade?: (socket: Socket) => void) {
  const server = createServer(listener)
  if (upgrade) server.on('upgrade', (_request, socket) => upgrade(socket as Socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const open = () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    onTestFinished(() => void socket.destroy())
    return socket
  }
  return { server, url: `http://127.0.0.1:${port}`, open }
}

const address = async (url: string, headers: Record<string, string> = {}) =>
  (await fetch(url, { headers })).text()

function watch(env: Record<string, string | undefined>) {
  const meet = watchConnections(env, TIMEOUT)
  subscribe('http.server.request.start', (message) => meet((message as { request: IncomingMessage }).request))
}

beforeAll(() => watch(process.env))

describe('ASVS 15.3.4: the address of a request', () => {
  afterEach(() => {
    process.env[SOCKET_ADDRESS_VARIABLE] = '1'
  })

  it('is the connection’s, whatever the client says', async () => {
    const { url } = await aServer()
    expect(await address(url)).toBe('127.0.0.1')
    expect(await address(url, { 'x-forwarded-for': '203.0.113.7' })).toBe('127.0.0.1')
    expect(await address(url, { 'x-forwarded-for': '203.0.113.7, 198.51.100.2' })).toBe('127.0.0.1')
  })

  it('is the connection’s for a protocol upgrade, too', async () => {
    const seen: unknown[] = []
    const { server, open } = await aServer(tellAddress, (socket) => socket.end())
    server.on('upgrade', ({ headers }) => seen.push(headers['x-forwarded-for']))
    const socket = open()
    socket.write(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: x\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n',
    )
    await once(socket.resume(), 'end')
    expect(seen).toEqual(['127.0.0.1'])
  })

  it('is the proxy’s word where that is believed', async () => {
    const environment = { TRUST_PROXY: '1' }
    watch(environment)
    expect(environment).toEqual({ TRUST_PROXY: '1' })
    delete process.env[SOCKET_ADDRESS_VARIABLE]
    const { url } = await aServer()
    expect(await address(url, { 'x-forwarded-for': '203.0.113.7' })).toBe('203.0.113.7')
  })

  it('is then believed by the gateway', () => {
    const proxiesWith = (env: Record<string, string>) => optionsFromEnvironment(env).proxies
    expect(proxiesWith({})).toBe(0)
    expect(proxiesWith({ [SOCKET_ADDRESS_VARIABLE]: '1' })).toBe(1)
  })
})

describe('ASVS 15.2.2: a connection', () => {
  const closed = (socket: Socket) => new Promise((resolve) => socket.resume().once('close', resolve))
  const UPGRADE = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'

  it('that sends nothing, half a request, or one drop after the other is closed', async () => {
    const { open } = await aServer()
    const [silent, half, dripping] = [open(), open(), open()]
    half.write('GET / HTTP/1.1\r\nHost: x\r\nX-')
    dripping.write('GET / HTTP/1.1\r\nHost: x\r\n')
    const drip = setInterval(() => dripping.write('X-A: b\r\n'), TIMEOUT / 10)
    await Promise.all([silent, half, dripping].map(closed))
    clearInterval(drip)
  })

  it('whose request has arrived, or that speaks another protocol by now, stays open', async () => {
    const slow = await aServer((_request, response) => {
      setTimeout(() => response.end('late'), TIMEOUT * 1.5)
    })
    const upgraded = await aServer(tellAddress, (socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')
      setTimeout(() => socket.end('still there'), TIMEOUT * 1.5)
    })
    const socket = upgraded.open()
    socket.write(UPGRADE)
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    const [answer] = await Promise.all([address(slow.url), once(socket, 'end')])
    expect(answer).toBe('late')
    expect(text).toContain('still there')
  })
})
