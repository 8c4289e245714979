import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A stretch of network between the auth server and its store, for a test to break. */
export interface Link {
  /** The store's URL by way of the link. */
  readonly url: string
  /** Ends every connection, and refuses new ones as a machine does on which nothing listens. */
  cut(): void
  /** Takes everything and passes nothing on: a machine that is gone without a word. */
  freeze(): void
  /** The next message on an open connection is answered that there is no connection. New ones work. */
  forget(): void
  /** New connections work again, and go to `url` if it is given. Frozen ones stay so: nobody will ever end them. */
  restore(url?: string): Promise<void>
}

/** Told of what passes: `connection` numbers them from 0. */
export type Listener = (chunk: Buffer, towards: 'store' | 'server', connection: number) => void

/** Lays a link to the server in `url`; it is gone after the test. */
export async function linkTo(url: string, heard: Listener = () => {}): Promise<Link> {
  let far = new URL(url)
  const sockets = new Set<Socket>()
  const silent = new WeakSet<Socket>()
  const forgotten = new WeakSet<Socket>()
  let frozen = false
  let connections = 0

  const server = createServer((near) => {
    const connection = connections++
    const other = createConnection(Number(far.port), far.hostname)
    for (const [from, to] of [
      [near, other],
      [other, near],
    ] as const) {
      sockets.add(from)
      if (frozen) silent.add(from)
      from.on('data', (chunk) => {
        if (forgotten.has(from)) from.resetAndDestroy()
        else if (!silent.has(from)) {
          heard(chunk, from === near ? 'store' : 'server', connection)
          to.write(chunk)
        }
      })
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as { port: number }).port
  }
  const endAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  const port = await listen(0)
  onTestFinished(() => {
    server.close()
    endAll()
  })

  const near = new URL(url)
  near.host = `127.0.0.1:${port}`
  return {
    url: near.href,
    cut() {
      server.close()
      endAll()
    },
    freeze() {
      frozen = true
      for (const socket of sockets) silent.add(socket)
    },
    forget() {
      for (const socket of sockets) forgotten.add(socket)
    },
    async restore(moved) {
      frozen = false
      if (moved !== undefined) far = new URL(moved)
      if (!server.listening) await listen(port)
    },
  }
}
