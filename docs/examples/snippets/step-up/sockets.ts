// sockets.ts
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RequestSession, SessionGateway } from 'evergate/gateway'
import { whenSessionEnds } from 'evergate/gateway'

/** A connection, as the WebSocket library of your choice gives it. */
export type Socket = {
  close(code: number, reason: string): void
  on(event: 'close', listener: () => void): unknown
}
type Accept = (request: IncomingMessage, connection: Duplex, head: Buffer, session: RequestSession) => Socket

export function guardSockets(server: Server, gateway: SessionGateway, origin: string, accept: Accept): void {
  server.on('upgrade', async (request, connection, head) => {
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
    const sent = new Request(new URL(request.url ?? '/', origin), { headers })
    const { session, refusal } = await gateway.handle(sent)
    if (!session || refusal || request.headers.origin !== origin)
      return connection.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    const socket = accept(request, connection, head, session)
    const stop = whenSessionEnds(session, () => socket.close(4401, 'session ended'), { endsWithToken: true })
    socket.on('close', stop)
  })
}
