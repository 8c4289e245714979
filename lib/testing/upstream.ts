import type { Socket } from 'node:net'
import { createConnection } from 'node:net'
import { answerBody, messageReader } from './http-messages.ts'

/** Whether more answers can follow on the same connection. */
export type AnswerEnd = 'by-itself' | 'with-connection'

/** The connection to the target that belongs to one client's connection. */
export type Upstream = {
  /** Sends a request and hands on the answer's bytes as they come. Rejects when the answer does not come as a whole. */
  ask(
    request: { readonly method: string; readonly bytes: Buffer },
    onBytes: (bytes: Buffer) => void,
  ): Promise<AnswerEnd>
  close(): void
}

/** Connects when there is something to ask, and anew when the target has moved or has hung up. */
export function openUpstream(target: () => URL, track: (socket: Socket) => void): Upstream {
  let open: { readonly socket: Socket; readonly origin: string } | undefined

  function connection(): Socket {
    const { origin, hostname, port } = target()
    if (open?.origin === origin && !open.socket.destroyed && open.socket.writable) return open.socket
    open?.socket.destroy()
    const host = hostname.replace(/^\[|\]$/g, '')
    const socket = createConnection({ host, port: Number(port || 80), noDelay: true })
    // Told to the client by `close`, which follows.
    socket.on('error', () => {})
    track(socket)
    open = { socket, origin }
    return socket
  }

  return {
    ask({ method, bytes }, onBytes) {
      const socket = connection()
      return new Promise((resolve, reject) => {
        const read = messageReader((head) => answerBody(method, head))
        let isInterim = false
        let endsWithConnection = false
        const finish = (settle: () => void) => {
          socket.off('data', take).off('close', closed)
          settle()
        }
        const take = (chunk: Buffer) => {
          try {
            for (const piece of read(chunk)) {
              if (piece.kind === 'head') {
                isInterim = Number(piece.head.start[1]) < 200
                endsWithConnection = answerBody(method, piece.head) === 'until-close'
              }
              if (piece.kind !== 'end') onBytes(piece.bytes)
              else if (!isInterim) finish(() => resolve('by-itself'))
            }
          } catch (error) {
            socket.destroy()
            finish(() => reject(error))
          }
        }
        const closed = () =>
          finish(() =>
            endsWithConnection
              ? resolve('with-connection')
              : reject(new Error('the target closed the connection')),
          )
        socket.on('data', take).on('close', closed)
        socket.write(bytes)
      })
    },
    close: () => void open?.socket.destroy(),
  }
}
