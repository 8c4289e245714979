import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { SOCKET_ADDRESS_VARIABLE, trustedProxies } from '../environment.ts'

/**
 * Watches the connections of this process's servers: one whose first request has not arrived in time is closed, and `x-forwarded-for` of
 * each request is the address of its connection, in the place of what the client says of itself. Where `TRUST_PROXY` is set the proxy's
 * word stays.
 *
 * @param headersTimeout milliseconds
 * @returns to be called with each request, before Next sees it
 */
export function watchConnections(
  env: Record<string, string | undefined>,
  headersTimeout: number,
): (request: IncomingMessage) => void {
  if (trustedProxies(env) === 0) env[SOCKET_ADDRESS_VARIABLE] = '1'
  const http = process.getBuiltinModule('node:http')
  const timers = new WeakMap<Socket, NodeJS.Timeout>()
  const known = new WeakSet<Server>()

  const meet = (request: IncomingMessage) => {
    clearTimeout(timers.get(request.socket))
    if (env[SOCKET_ADDRESS_VARIABLE] === '1') tellAddress(request)
  }

  process.getBuiltinModule('node:diagnostics_channel').subscribe('net.server.socket', (message) => {
    const { socket } = message as { socket: Socket & { readonly server?: unknown } }
    const { server } = socket
    if (!(server instanceof http.Server)) return
    if (!known.has(server)) {
      known.add(server)
      // A server without such a listener takes an upgrade for any other request.
      if (server.listenerCount('upgrade') > 0) server.prependListener('upgrade', meet)
    }
    const timer = setTimeout(() => socket.destroy(), headersTimeout).unref()
    timers.set(socket, timer)
    socket.once('close', () => clearTimeout(timer))
  })
  return meet
}

function tellAddress({ headers, socket: { remoteAddress } }: IncomingMessage): void {
  if (remoteAddress === undefined) delete headers['x-forwarded-for']
  else headers['x-forwarded-for'] = remoteAddress
}
