import type { IncomingMessage } from 'node:http'

/** The place at a request where Next notes what it knows of it. */
export const NEXT_META = Symbol.for('NextInternalRequestMeta')

/** The reader of a body: the handler, as it comes; or Next, which keeps all of it before the middleware's answer counts. */
export type BodyReader = 'handler' | 'next'

/**
 * Asks `decide` once, when Next is about to keep a request's body for its middleware. A body that is not noted as
 * kept is neither kept nor cut off; Next leaves it to the handler. Another version of Next that notes it elsewhere goes on as before.
 */
export function whenNextReads(request: IncomingMessage, decide: () => BodyReader): void {
  let reader: BodyReader | undefined
  let kept: unknown
  const meta = Object.defineProperty({}, 'clonableBody', {
    get: () => (reader === 'next' ? kept : undefined),
    set(body: unknown) {
      reader ??= decide()
      kept = body
    },
    enumerable: false,
  })
  Object.assign(request, { [NEXT_META]: meta })
}
