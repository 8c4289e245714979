import { randomUUID } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { FINISHES, NO_STORE, UNFINISHED, withoutSharing } from '../cache-control.ts'

const DONE = Symbol.for('evergate.finishes-answers')
const globals = globalThis as { [DONE]?: true }

/**
 * Lets this process's HTTP servers finish what a middleware cannot: it answers before the app does, and Next then drops the
 * app's own `Cache-Control`. Where this does not run (another host, `output: 'standalone'`), the middleware's word stands.
 */
export function finishAnswers(): void {
  if (globals[DONE]) return
  globals[DONE] = true
  const word = randomUUID()
  process.env.EVERGATE_FINISHES = word
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    request.headers[FINISHES] = word
    const isTrace = request.method === 'TRACE'
    // Next can make no request of it, and would answer 500.
    if (isTrace) {
      request.method = 'OPTIONS'
      delete request.headers.cookie
    }
    const writeHead = response.writeHead as (...parts: unknown[]) => ServerResponse
    response.writeHead = (status: number, ...rest: unknown[]) => {
      finish(response)
      if (isTrace && !response.hasHeader('allow')) response.setHeader('allow', 'GET, HEAD')
      return writeHead.call(response, isTrace ? 405 : status, ...rest)
    }
  })
}

function finish(response: ServerResponse): void {
  if (!response.hasHeader(UNFINISHED)) return
  response.removeHeader(UNFINISHED)
  const own = String(response.getHeader('cache-control') ?? '')
  response.setHeader('cache-control', response.hasHeader('set-cookie') ? NO_STORE : withoutSharing(own))
}
