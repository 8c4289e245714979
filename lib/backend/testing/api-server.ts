import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll } from 'vitest'
import { handMade } from '../../gateway/testing/issuer.ts'

/** A request as it arrived. */
export type Arrived = {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** A backend's answer in tests: a JSON body, or a whole answer. */
export type Reply = {
  readonly status?: number
  readonly json?: unknown
  readonly text?: string
  readonly headers?: Readonly<Record<string, string | string[]>>
}
type Handler = (request: Arrived) => Reply | 'reset'

/** A backend on a port of its own, for the tests of a file: `on` says what it answers to a path. */
export function apiServer() {
  const arrived: Arrived[] = []
  const handlers = new Map<string, Handler>()
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const url = new URL(incoming.url ?? '/', 'http://localhost')
    const request = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
      text: Buffer.concat(chunks).toString(),
    }
    arrived.push(request)
    const reply: Reply | 'reset' = handlers.get(url.pathname)?.(request) ?? { status: 404, text: 'no path' }
    if (reply === 'reset') return void incoming.socket.destroy()
    const { status = 200, json, text = '', headers = {} } = reply
    outgoing.writeHead(status, {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    })
    outgoing.end(json === undefined ? text : JSON.stringify(json))
  })
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    arrived,
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    on(path: string, handler: Handler | Reply) {
      handlers.set(path, typeof handler === 'function' ? handler : () => handler)
    },
    forget() {
      arrived.length = 0
      handlers.clear()
    },
    /** The last call of a path. */
    last(path: string): Arrived {
      const found = arrived.filter((request) => request.path === path).at(-1)
      if (!found) throw new Error(`nothing arrived at ${path}`)
      return found
    },
  }
}

/** A JWT as a backend makes them: nobody here can verify it. */
export const foreignJwt = (claims: object) => handMade({ alg: 'HS512', typ: 'JWT' }, claims)
