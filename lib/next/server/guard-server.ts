import { subscribe } from 'node:diagnostics_channel'
import { type IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { SOCKET_ADDRESS_VARIABLE, trustedProxies } from '../environment.ts'

/** Milliseconds that the headers of a request may take to arrive; Next itself waits for up to 90 seconds. */
const HEADERS_TIMEOUT_MS = 10_000

/** In the process, however many copies of this module there are. */
const INSTALLED = Symbol.for('evergate.guarded-server')

/**
 * Guards the server that Next listens with, in every way that only the process of the server can:
 *
 * - `x-forwarded-for` is the address of the connection, in the place of what the client says of itself. Where `TRUST_PROXY` is set the
 *   proxy's word stays.
 * - A connection whose first request does not arrive within 10 seconds is closed.
 *
 * `withGateway()` does this under `next start` and `next dev`. A standalone server does not read `next.config`: call this in
 * `instrumentation.ts`. Calling it twice changes nothing.
 *
 * @example instrumentation.ts
 * export async function register() {
 *   if (process.env.NEXT_RUNTIME === 'nodejs') (await import('evergate/next/server')).guardServer()
 * }
 */
export function guardServer(): void {
  const here: typeof globalThis & { [INSTALLED]?: boolean } = globalThis
  if (here[INSTALLED]) return
  here[INSTALLED] = true
  guard(process.env, HEADERS_TIMEOUT_MS)
}

/** @param headersTimeout - milliseconds */
export function guard(env: Record<string, string | undefined>, headersTimeout: number): void {
  if (trustedProxies(env) === 0) env[SOCKET_ADDRESS_VARIABLE] = '1'
  const timers = new WeakMap<Socket, NodeJS.Timeout>()
  const known = new WeakSet<Server>()

  const meet = (request: IncomingMessage) => {
    clearTimeout(timers.get(request.socket))
    if (env[SOCKET_ADDRESS_VARIABLE] === '1') tellAddress(request)
  }

  subscribe('net.server.socket', (message) => {
    const { socket } = message as { socket: Socket & { readonly server?: unknown } }
    const { server } = socket
    if (!(server instanceof Server)) return
    if (!known.has(server)) {
      known.add(server)
      server.headersTimeout = Math.min(server.headersTimeout, headersTimeout)
      // A server without such a listener takes an upgrade for any other request.
      if (server.listenerCount('upgrade') > 0) server.prependListener('upgrade', meet)
    }
    const timer = setTimeout(() => socket.destroy(), headersTimeout).unref()
    timers.set(socket, timer)
    socket.once('close', () => clearTimeout(timer))
  })
  subscribe('http.server.request.start', (message) => meet((message as { request: IncomingMessage }).request))
}

function tellAddress({ headers, socket: { remoteAddress } }: IncomingMessage): void {
  if (remoteAddress === undefined) delete headers['x-forwarded-for']
  else headers['x-forwarded-for'] = remoteAddress
}
