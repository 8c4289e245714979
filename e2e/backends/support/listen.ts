import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A running backend. */
export type Backend = {
  readonly url: string
  /** Every call so far, as `POST /login`. */
  readonly calls: string[]
  stop(): Promise<void>
}

/** Starts an app of somebody's framework on a port of its own, and notes what it is called. */
export async function listen(app: RequestListener): Promise<Backend> {
  const calls: string[] = []
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url?.split('?')[0]}`)
    app(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
