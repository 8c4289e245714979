import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { request as httpRequest } from 'node:http'

type Exchange = {
  /** Base URL of the server. */
  readonly server: string
  readonly agent: Agent
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly signal: AbortSignal | undefined
  /** Called as soon as the headers are there, which is before the body. */
  readonly onHead: (headers: Headers) => void
}

/**
 * One request and its answer. Not `fetch`: that overwrites `Sec-Fetch-Mode`.
 *
 * A connection that was kept alive may have been closed by the server while the request was on its way; like a browser,
 * this then asks once more on a fresh one.
 */
export async function exchange(asked: Exchange): Promise<{ status: number; headers: Headers; body: string }> {
  const first = begin(asked)
  try {
    return await receive(first)
  } catch (error) {
    const wasHungUpOn = isReset(error) && first.request.reusedSocket && !first.isAnswered()
    if (!wasHungUpOn || asked.signal?.aborted) throw error
    return receive(begin(asked, false))
  }
}

type Begun = {
  readonly request: ClientRequest
  readonly response: Promise<{ message: IncomingMessage; headers: Headers }>
  isAnswered(): boolean
}

function begin(asked: Exchange, pooled = true): Begun {
  const { server, agent, method, path, headers, body, signal } = asked
  const { hostname, port } = new URL(server)
  const request = httpRequest({
    host: hostname,
    port,
    method,
    path,
    headers: body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    agent: pooled ? agent : false,
    ...(signal && { signal }),
  })
  let answered = false
  const response = new Promise<{ message: IncomingMessage; headers: Headers }>((resolve, reject) => {
    request.once('response', (message) => {
      answered = true
      const headers = headersOf(message)
      asked.onHead(headers)
      resolve({ message, headers })
    })
    request.on('error', reject)
  })
  request.end(body)
  return { request, response, isAnswered: () => answered }
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  }
  return headers
}

async function receive(begun: Begun) {
  const { message, headers } = await begun.response
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return { status: message.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString() }
}

const isReset = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
