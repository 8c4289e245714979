import { createHash } from 'node:crypto'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSessionGateway, listeners, tellEnded } from 'evergate/gateway'
import { createTestSession } from 'evergate/testing'
import { NextRequest } from 'next/server'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Socket } from '../../docs/examples/snippets/step-up/sockets.ts'
import { guardSockets } from '../../docs/examples/snippets/step-up/sockets.ts'

const accessSecret = 'the secret of access tokens, for tests'
const visitor = vi.hoisted(() => ({ cookie: null as string | null }))
vi.mock('next/headers', async () => (await import('evergate/testing')).nextHeaders(() => visitor.cookie))
vi.mock('next/server', async (original) => ({ ...(await original<object>()), after: () => {} }))

beforeAll(() => vi.stubEnv('ETLS_ACCESS', accessSecret))
afterAll(() => vi.unstubAllEnvs())
beforeEach(() => {
  visitor.cookie = null
})

const signedIn = async (signedInFor: number, more: object = {}) =>
  (await createTestSession({ accessSecret, signedInFor, sid: 's1', ...more })).cookieHeader

describe('step-up', () => {
  it('middleware.ts asks for a young sign-in, and for one that is sure enough', async () => {
    const { middleware } = await import('../../docs/examples/snippets/step-up/middleware.ts')
    const locationOf = async (path: string, cookie: string) => {
      const headers = { accept: 'text/html', 'sec-fetch-mode': 'navigate', host: 'app.example', cookie }
      const response = await middleware(new NextRequest(`http://app.example${path}`, { headers }))
      return response.headers.get('location')?.replace('http://app.example', '') ?? response.status
    }
    expect(await locationOf('/billing/7', await signedIn(60))).toBe(200)
    expect(await locationOf('/billing/7', await signedIn(600))).toBe(
      '/login?returnTo=%2Fbilling%2F7&reason=reauthenticate&max_age=300',
    )
    const keeper = { roles: ['keeper'] }
    expect(await locationOf('/vault', await signedIn(60, keeper))).toBe(
      '/login?returnTo=%2Fvault&reason=reauthenticate&acr_values=urn%3Aexample%3Atwo-factors',
    )
    const sure = { ...keeper, acr: 'urn:example:two-factors' }
    expect(await locationOf('/vault', await signedIn(6000, sure))).toBe(200)
  })

  it('route.ts challenges', async () => {
    const { DELETE } = await import('../../docs/examples/snippets/step-up/route.ts')
    expect((await DELETE()).status).toBe(401)
    visitor.cookie = await signedIn(600)
    expect((await DELETE()).headers.get('www-authenticate')).toContain('insufficient_user_authentication')
    visitor.cookie = await signedIn(60)
    expect((await DELETE()).status).toBe(204)
  })

  it('login-page.tsx keeps who is to sign in again, and hands on what is asked for', async () => {
    const { default: Login } = await import('../../docs/examples/snippets/step-up/login-page.tsx')
    const open = async (query: Record<string, string>) =>
      renderToStaticMarkup(await Login({ searchParams: Promise.resolve(query) }))
    visitor.cookie = await signedIn(600)
    const again = await open({ returnTo: '/pay', reason: 'reauthenticate', max_age: '300' })
    expect(again).toContain('Confirm that it is you.')
    expect(again).toContain('href="/auth/signin?returnTo=%2Fpay&amp;reason=reauthenticate&amp;max_age=300"')
    await expect(open({ returnTo: '/pay' })).rejects.toMatchObject({
      digest: expect.stringContaining('/pay'),
    })
  })
})

describe('what is open', () => {
  it('events-route.ts ends its stream with the session', async () => {
    const { GET } = await import('../../docs/examples/snippets/step-up/events-route.ts')
    visitor.cookie = await signedIn(60)
    const response = await GET(new Request('http://app.example/events'))
    const text = response.text()
    tellEnded(({ sid }) => sid === 's1')
    expect(await text).toBe('')
  })
})

/** As much of RFC 6455 as a test needs: a greeting, and frames that close. */
function acceptSocket(...[request, connection]: Parameters<Parameters<typeof guardSockets>[3]>): Socket {
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
  const accept = createHash('sha1').update(key).digest('base64')
  connection.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  connection.write(Buffer.from([0x81, 2, ...Buffer.from('hi')]))
  connection.on('data', ([first = 0]: Buffer) => {
    if ((first & 15) === 8) connection.end()
  })
  return {
    close(code, reason) {
      const payload = Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)])
      connection.end(Buffer.concat([Buffer.from([0x88, payload.length]), payload]))
    },
    on: (event, listener) => connection.on(event, listener),
  }
}

describe('WebSockets', () => {
  let server: Server
  let address: string
  const ORIGIN = 'http://app.example'
  beforeAll(async () => {
    server = createServer()
    const gateway = createSessionGateway({
      remoteApi: 'http://127.0.0.1:9',
      keys: { secret: accessSecret },
      cookieSecure: false,
      onEvent: () => {},
    })
    guardSockets(server, gateway, ORIGIN, acceptSocket)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/live`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  /** A browser's socket: its messages, and how it was closed. */
  function openSocket(cookie: string, origin = ORIGIN) {
    // Node's own takes headers, which no browser's does.
    const Client = WebSocket as unknown as new (url: string, options: object) => WebSocket
    const socket = new Client(address, { headers: { cookie, origin } })
    const messages: string[] = []
    socket.onmessage = ({ data }) => messages.push(String(data))
    const closed = new Promise<{ code: number; reason: string }>((resolve) => {
      socket.onclose = ({ code, reason }) => resolve({ code, reason })
    })
    return { socket, messages, closed }
  }

  it('sockets.ts opens for a session, and closes when the process learns that it has ended', async () => {
    const { messages, closed } = openSocket(await signedIn(0))
    await vi.waitFor(() => expect([messages, listeners()]).toEqual([['hi'], 1]))
    tellEnded(({ sid }) => sid === 's1')
    expect(await closed).toEqual({ code: 4401, reason: 'session ended' })
    expect(listeners()).toBe(0)
  })

  it('sockets.ts closes with the access token', async () => {
    expect(await openSocket(await signedIn(0, { expiresIn: 2 })).closed).toMatchObject({ code: 4401 })
  })

  it('sockets.ts opens for nobody else, nor for a page of another site', async () => {
    const nobody = openSocket('theme=dark')
    const expired = openSocket(await signedIn(0, { expiresIn: -5 }))
    const elsewhere = openSocket(await signedIn(0), 'http://evil.example')
    for (const { closed, messages } of [nobody, expired, elsewhere])
      expect([(await closed).code, messages]).toEqual([1006, []])
    expect(listeners()).toBe(0)
  })

  it('sockets.ts stops watching a socket that the browser closes', async () => {
    const { socket, messages } = openSocket(await signedIn(0))
    await vi.waitFor(() => expect([messages, listeners()]).toEqual([['hi'], 1]))
    socket.close()
    await vi.waitFor(() => expect(listeners()).toBe(0))
  })

  it('live-socket.ts comes back with the session renewed, and gives up without one', async () => {
    const { openLive } = await import('../../docs/examples/snippets/step-up/live-socket.ts')
    const opened: { onclose?: (event: { code: number }) => Promise<void> }[] = []
    vi.stubGlobal(
      'WebSocket',
      class {
        constructor() {
          opened.push(this)
        }
      },
    )
    const answers = [200, 401]
    vi.stubGlobal('fetch', async () => new Response(null, { status: answers.shift() ?? 500 }))
    const signedOut = vi.fn()
    openLive(address, () => {}, signedOut)
    await opened[0]?.onclose?.({ code: 4401 })
    expect([opened.length, signedOut.mock.calls.length]).toEqual([2, 0])
    await opened[1]?.onclose?.({ code: 4401 })
    expect([opened.length, signedOut.mock.calls.length]).toEqual([2, 1])
    vi.unstubAllGlobals()
  })
})
