import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** The little of an answer that a load needs. */
export type Answer = { readonly status: number; readonly head: string; readonly body: string }

/**
 * One connection that stays open, for one request at a time. Node's own client, and load generators that keep a
 * histogram of whole milliseconds, cost more than what is measured here, or are too coarse for it.
 */
export type Connection = { send(request: string): Promise<Answer>; close(): void }

export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return over(socket)
}

function over(socket: Socket): Connection {
  let received = ''
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined
  const fail = (error: Error) => {
    waiting?.reject(error)
    waiting = undefined
  }
  // Everything that is measured answers in ASCII: characters are bytes.
  socket.setEncoding('latin1')
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))
  socket.on('data', (chunk) => {
    received += chunk
    const answer = complete(received)
    if (!answer) return
    received = ''
    const { resolve } = waiting ?? {}
    waiting = undefined
    resolve?.(answer)
  })
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request)
      }),
    close: () => socket.destroy(),
  }
}

/** The answer once all of it is there. */
export function complete(text: string): Answer | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = text.slice(0, end)
  const body = text.slice(end + 4)
  const status = Number(head.slice(9, 12))
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) return body.length < Number(length) ? undefined : { status, head, body }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return { status, head, body }
  return body.endsWith('0\r\n\r\n') ? { status, head, body } : undefined
}

/** A request as it goes over the wire; `Cookie` and such as `headers`. */
export function request(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): string {
  const all = { Host: '127.0.0.1', 'Content-Length': String(Buffer.byteLength(body)), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}
