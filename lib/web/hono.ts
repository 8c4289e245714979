import type { Visit } from './visit.ts'
import type { HandleOptions, WebGatewayOptions } from './web-gateway.ts'
import { createWebGateway } from './web-gateway.ts'

/** The part of Hono's `Context` that is needed. Written out, so that nothing of Hono has to be installed. */
type HonoContext = {
  readonly req: { raw: Request }
  get res(): Response
  set res(response: Response | undefined)
  set(key: 'visit', visit: Visit): void
}

/** Options of {@link honoGateway}. */
export type HonoGatewayOptions<Context> = WebGatewayOptions & {
  /** The address of the connection: `getConnInfo(c).remote.address` of the runtime's adapter, say. Default: none is known. */
  readonly address?: (context: Context) => string | undefined
}

/**
 * Makes a middleware for Hono. Handlers find the session in `c.get('visit')`, and the renewed cookies in the request.
 *
 * @example
 * // app.use(sessions), and in a handler: c.get('visit').session
 * export const sessions = honoGateway({ rules: [{ path: '/', require: 'public' }] })
 */
export function honoGateway<Context extends HonoContext>({
  address,
  ...options
}: HonoGatewayOptions<Context> = {}): (context: Context, next: () => Promise<void>) => Promise<void> {
  const gateway = createWebGateway(options)
  return async (context, next) => {
    const known: HandleOptions = { address: address?.(context) }
    const response = await gateway.handle(
      context.req.raw,
      async (visit) => {
        context.req.raw = visit.request
        context.set('visit', visit)
        await next()
        return context.res
      },
      known,
    )
    // Hono would put the old response's Set-Cookie headers in the place of the new one's.
    context.res = undefined
    context.res = response
  }
}
