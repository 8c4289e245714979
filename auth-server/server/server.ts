import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'

/** A listening server. */
export interface Listening {
  readonly port: number
  /** Accepts nothing new, lets requests in flight finish, cuts them off after `patience` ms (default 10 s). */
  stop(patience?: number): Promise<void>
}

/** Limits of one client. Times in milliseconds. */
export interface ConnectionLimits {
  /** From the first byte of a request, or the opening of a connection that sends none, to the end of its headers. */
  readonly headersTimeout: number
  /** To the end of its body. */
  readonly requestTimeout: number
  /** How long an idle connection stays open. */
  readonly keepAliveTimeout: number
  /** How often the limits above are looked at. */
  readonly connectionsCheckingInterval: number
  /** Bytes of the request line and all headers. */
  readonly maxHeaderSize: number
  /** Connections at the same time; more are closed at once. */
  readonly maxConnections: number
}

const LIMITS: ConnectionLimits = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  // Longer than callers keep a connection, so that a request does not meet one that is just closing.
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
  maxConnections: 10_000,
}

/**
 * Listens with limits that slow clients cannot stretch.
 *
 * @param host - address or name to listen on
 * @param limits - other than the usual ones, for tests
 * @throws the system's error, `code` `EADDRINUSE` when the port is taken
 */
export async function listen(
  app: RequestListener,
  port: number,
  host: string,
  limits: Partial<ConnectionLimits> = {},
): Promise<Listening> {
  const { maxConnections, ...times } = { ...LIMITS, ...limits }
  const server = createServer(times, app)
  server.maxConnections = maxConnections
  server.on('clientError', refuseUnreadable)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address() as AddressInfo
  return { port: address.port, stop: (patience = 10_000) => stop(server, patience) }
}

async function stop(server: Server, patience: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A connection whose last request has just been answered is idle only from then on.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const cut = setTimeout(() => server.closeAllConnections(), patience)
  await closed
  clearInterval(sweep)
  clearTimeout(cut)
}

const unreadable: Record<string, [status: string, error: string, description: string]> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'invalid_request',
    'The headers are too large.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    'invalid_request',
    'The request took too long to arrive.',
  ],
}

/** A request that is not HTTP never reaches Express; its answer has the same shape. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: unknown): void {
  if (!(socket instanceof Socket)) return
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, code, description] = unreadable[error.code ?? ''] ?? [
    '400 Bad Request',
    'invalid_request',
    'The request cannot be read.',
  ]
  const body = JSON.stringify({ error: code, error_description: description })
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nCache-Control: no-store\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
