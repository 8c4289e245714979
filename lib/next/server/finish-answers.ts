import type { IncomingMessage, ServerResponse } from 'node:http'
import { FINISHES, NO_STORE, UNFINISHED, withoutSharing } from '../cache-control.ts'

/**
 * Lets this process's HTTP servers finish what a middleware cannot: it answers before the app does, and Next then drops the
 * app's own `Cache-Control`. Where no server calls this (another host), the middleware's `Cache-Control` stands.
 *
 * @returns to be called with each request, before Next sees it.
 */
export function finishAnswers(): (request: IncomingMessage, response: ServerResponse) => void {
  const word = crypto.randomUUID()
  process.env.EVERGATE_FINISHES = word
  return (request, response) => {
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
  }
}

function finish(response: ServerResponse): void {
  if (!response.hasHeader(UNFINISHED)) return
  response.removeHeader(UNFINISHED)
  const own = String(response.getHeader('cache-control') ?? '')
  response.setHeader('cache-control', response.hasHeader('set-cookie') ? NO_STORE : withoutSharing(own))
}
