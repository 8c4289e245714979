import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that went through the line. */
type Call = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

/** An HTTP line between the gateway and its backend. */
export type Line = {
  readonly url: string
  /** Calls since the start, or since `forget()`. */
  calls(path?: string): readonly Call[]
  forget(): void
  /** `connected` passes everything on, `cut` drops every connection; a function answers in the backend's place. */
  set(state: LineState): void
  /** Keeps the next answer to `path` back, which the backend has given, until it is let go. Everything else passes. */
  hold(path: string): Held
  close(): Promise<void>
}

export type LineState = 'connected' | 'cut' | ((request: IncomingMessage, response: ServerResponse) => void)

/** An answer on its way. */
type Held = {
  /** When the backend has answered. */
  readonly answered: Promise<void>
  letGo(): void
}

/** Opens a line to `target` on a port of its own. */
export async function openLine(target: string): Promise<Line> {
  let state: LineState = 'connected'
  let calls: Call[] = []
  const server = createServer((request, response) => {
    calls.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers })
    if (state === 'cut') request.socket.destroy()
    else if (state === 'connected') void passOn(target, request, response)
    else state(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: (path) => calls.filter((call) => path === undefined || call.path === path),
    forget() {
      calls = []
    },
    set(next) {
      state = next
    },
    hold(path) {
      const answered = gate()
      const released = gate()
      state = (request, response) => {
        if (request.url !== path) return void passOn(target, request, response)
        state = 'connected'
        void passOn(target, request, response, () => {
          answered.open()
          return released.passed
        })
      }
      return { answered: answered.passed, letGo: released.open }
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function gate() {
  let open = () => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open }
}

async function passOn(
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
  onTheWay: () => Promise<void> | void = () => {},
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers
  const hasBody = !['GET', 'HEAD'].includes(request.method ?? '')
  try {
    const answer = await fetch(target + (request.url ?? ''), {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      redirect: 'manual',
      ...(hasBody && { body: Buffer.concat(chunks) }),
    })
    const body = Buffer.from(await answer.arrayBuffer())
    await onTheWay()
    for (const [name, value] of answer.headers) {
      if (!['set-cookie', 'content-encoding', 'transfer-encoding', 'connection'].includes(name))
        response.setHeader(name, value)
    }
    response.setHeader('set-cookie', answer.headers.getSetCookie())
    response.writeHead(answer.status).end(body)
  } catch {
    request.socket.destroy()
  }
}
