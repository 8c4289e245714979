import type { IncomingMessage } from 'node:http'
import { NEXT_META } from './next-body.ts'

/**
 * Next writes the middleware's response headers into the headers of the request, and OpenNext's adapters make a request with them.
 * `Set-Cookie`, which holds new tokens, is in the headers of no request that Next has begun with: the response has it, and the
 * request's `Cookie` has what the app is to see.
 *
 * @param prototype that of all requests: those of an adapter come from no server that could be watched.
 */
export function hideCookies(prototype: IncomingMessage): void {
  Object.defineProperty(prototype, NEXT_META, {
    set(this: IncomingMessage, meta: unknown) {
      Object.defineProperty(this.headers, 'set-cookie', { get: () => undefined, set() {}, enumerable: false })
      Object.defineProperty(this, NEXT_META, {
        value: meta,
        writable: true,
        enumerable: true,
        configurable: true,
      })
    },
    configurable: true,
  })
}
