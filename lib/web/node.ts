import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import type { Visit } from './visit.ts'
import type { WebGatewayOptions } from './web-gateway.ts'
import { createWebGateway } from './web-gateway.ts'

/**
 * Makes a listener for Node's own `http.createServer()`. `respond` answers requests that may pass. Without `TRUST_PROXY` a
 * visitor's address is that of the connection.
 *
 * @example
 * import { createServer } from 'node:http'
 *
 * const rules = [{ path: '/', require: 'public' as const }]
 * createServer(createNodeListener({ rules }, ({ session }) => new Response(session?.user.id ?? 'nobody'))).listen(3000)
 */
export function createNodeListener(
  options: WebGatewayOptions,
  respond: (visit: Visit) => Response | Promise<Response>,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  const gateway = createWebGateway(options)
  return async (incoming, outgoing) => {
    const left = new AbortController()
    outgoing.on('close', () => left.abort())
    try {
      const request = toRequest(incoming, left.signal)
      const address = incoming.socket.remoteAddress
      await send(await gateway.handle(request, respond, { address }), outgoing)
    } catch (error) {
      if (left.signal.aborted) return
      console.error(error)
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(500).end()
    }
  }
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headers: received, socket } = incoming
  const headers = new Headers()
  for (const [name, value] of Object.entries(received))
    for (const one of [value ?? []].flat()) if (!name.startsWith(':')) headers.append(name, one)
  const origin = `${'encrypted' in socket ? 'https' : 'http'}://${received.host ?? 'localhost'}`
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const body = hasBody ? { body: Readable.toWeb(incoming) as BodyInit, duplex: 'half' } : {}
  // A path may begin with two slashes, and is no host then.
  return new Request(new URL(origin).origin + (url.startsWith('/') ? url : '/'), {
    method,
    headers,
    signal,
    ...body,
  })
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  const headers = Object.fromEntries(response.headers)
  const cookies = response.headers.getSetCookie()
  outgoing.writeHead(response.status, { ...headers, ...(cookies.length > 0 && { 'set-cookie': cookies }) })
  if (!response.body) outgoing.end()
  else await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing)
}
