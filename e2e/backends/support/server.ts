import type { IncomingMessage } from 'node:http'
import { type Backend, listen } from './listen.ts'

/** A request as a backend reads it, whatever the body's form. */
export type Call = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Fields of a JSON or form body. */
  readonly body: Readonly<Record<string, unknown>>
  readonly cookies: Readonly<Record<string, string>>
  /** The token of `Authorization: Bearer …`. */
  readonly bearer: string | undefined
}

/** A backend's answer. An object is sent as JSON, `undefined` as nothing. */
export type Answer = {
  readonly status: number
  readonly body?: unknown
  readonly cookies?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

type Route = (call: Call) => Answer | Promise<Answer>

/** Starts a backend whose routes are named as `POST /login`. Any other request is answered 404 with a page of HTML. */
export function startBackend(routes: Readonly<Record<string, Route>>): Promise<Backend> {
  return listen(async (request, response) => {
    const call = await readCall(request)
    const route = routes[`${call.method} ${call.path}`]
    const answer: Answer = route ? await route(call) : { status: 404, body: '<h1>Not Found</h1>' }
    const isText = typeof answer.body === 'string'
    response.writeHead(answer.status, {
      ...(answer.body !== undefined && { 'content-type': isText ? 'text/html' : 'application/json' }),
      ...(answer.cookies && { 'set-cookie': [...answer.cookies] }),
      ...answer.headers,
    })
    response.end(isText ? answer.body : answer.body === undefined ? '' : JSON.stringify(answer.body))
  })
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://backend.invalid')
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  )
  const pairs = (headers.cookie ?? '').split('; ').map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at), pair.slice(at + 1)]
  })
  return {
    method: request.method ?? '',
    path: pathname,
    query: searchParams,
    headers,
    body: readBody(text, headers['content-type'] ?? ''),
    cookies: Object.fromEntries(pairs),
    bearer: /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1],
  }
}

function readBody(text: string, type: string): Record<string, unknown> {
  if (type.includes('form-urlencoded')) return Object.fromEntries(new URLSearchParams(text))
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
