import type { IncomingMessage } from 'node:http'

/**
 * Next writes the middleware's response headers into the headers of the request. `Set-Cookie`, which holds new tokens, is
 * not written anywhere here: the response has it, and the request's `Cookie` has what the app is to see.
 */
export function hideCookies({ headers }: Pick<IncomingMessage, 'headers'>): void {
  Object.defineProperty(headers, 'set-cookie', { get: () => undefined, set() {}, enumerable: false })
}
