import type { Visit } from './visit.ts'
import type { WebGatewayOptions } from './web-gateway.ts'
import { createWebGateway } from './web-gateway.ts'

/** The part of Astro's `APIContext` that is needed. Written out, so that nothing of Astro has to be installed. */
type AstroContext = {
  readonly request: Request
  readonly locals: object
  readonly isPrerendered: boolean
  readonly clientAddress: string
}

/**
 * Makes the `onRequest` of `src/middleware.ts`. Pages, endpoints and actions find the session in `Astro.locals.visit`. Prerendered
 * pages are for everybody: Astro's middleware does not run for them.
 *
 * @example
 * export const onRequest = astroGateway({ rules: [{ path: '/', require: 'public' }] })
 */
export function astroGateway<Context extends AstroContext>(
  options: WebGatewayOptions = {},
): (context: Context, next: () => Promise<Response>) => Promise<Response> {
  const gateway = createWebGateway(options)
  return async (context, next) => {
    if (context.isPrerendered) return next()
    const { request, locals } = context
    return gateway.handle(
      request,
      (visit) => {
        // In place: `next()` with another request would be a rewrite.
        replaceHeaders(request.headers, visit.headers)
        Object.assign(locals, { visit } satisfies { visit: Visit })
        return next()
      },
      { address: context.clientAddress },
    )
  }
}

function replaceHeaders(headers: Headers, wanted: Headers): void {
  for (const name of [...headers.keys()]) if (!wanted.has(name)) headers.delete(name)
  for (const [name, value] of wanted) headers.set(name, value)
}
