import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:http'

/** Another server, to which the fixture app's rewrites lead. It keeps what it was sent. */
export type Upstream = {
  /** Requests so far, upgrades included. */
  requests(path?: string): readonly Received[]
  forget(): void
  close(): Promise<void>
}

type Received = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Answers everything so that caches may share it, and opens every WebSocket. */
export async function startUpstream(port: number): Promise<Upstream> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ method, path, headers, body })
    response.setHeader('cache-control', 'public, max-age=600')
    response.setHeader('content-type', 'application/json')
    if (path.includes('sets-cookie'))
      response.setHeader('set-cookie', ['seen=1; Path=/', 'theme=dark; Path=/'])
    if (path.includes('redirects')) response.writeHead(302, { location: 'https://elsewhere.example/' })
    response.end(JSON.stringify({ path }))
  })
  server.on('upgrade', ({ method = '', url: path = '', headers }, socket) => {
    received.push({ method, path, headers, body: '' })
    const accept = createHash('sha1')
      .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.end(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    requests: (path) => received.filter((request) => path === undefined || request.path === path),
    forget: () => received.splice(0),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
