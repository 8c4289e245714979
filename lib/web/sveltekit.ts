import type { Visit } from './visit.ts'
import type { WebGatewayOptions } from './web-gateway.ts'
import { createWebGateway } from './web-gateway.ts'

/** The part of SvelteKit's `RequestEvent` that is needed. Written out, so that nothing of SvelteKit has to be installed. */
type SvelteKitEvent = {
  request: Request
  readonly url: URL
  readonly locals: object
  readonly isDataRequest: boolean
  getClientAddress(): string
}

type Handle<Event> = (input: {
  event: Event
  resolve: (event: Event) => Response | Promise<Response>
}) => Promise<Response>

/**
 * Makes the `handle` of `hooks.server.ts`. `load`, actions and endpoints find the session in `event.locals.visit`. Data that
 * SvelteKit's router asks for is judged as its page is, and a refused one leads to the sign-in page.
 *
 * @example
 * export const handle = svelteKitGateway({ rules: [{ path: '/', require: 'public' }] })
 */
export function svelteKitGateway<Event extends SvelteKitEvent>(
  options: WebGatewayOptions & {
    /** SvelteKit's `building`: prerendered pages have no visitor. Default false. */
    readonly building?: boolean
  } = {},
): Handle<Event> {
  const { building = false, ...own } = options
  const gateway = createWebGateway(own)
  return async ({ event, resolve }) => {
    if (building) return resolve(event)
    const { request, isDataRequest } = event
    const isAction = request.headers.get('x-sveltekit-action') === 'true'
    const response = await gateway.handle(
      request,
      (visit) => {
        event.request = visit.request
        Object.assign(event.locals, { visit } satisfies { visit: Visit })
        return resolve(event)
      },
      { address: event.getClientAddress(), judged: asPage(event, isDataRequest || isAction) },
    )
    const location = response.headers.get('location')
    const isSent = response.status === 303 && location !== null && (isDataRequest || isAction)
    if (!isSent) return response
    // SvelteKit's router goes where such an answer leads; it would show the text of any other refusal.
    const answer = Response.json({ type: 'redirect', status: 303, location }, { headers: response.headers })
    answer.headers.delete('location')
    return answer
  }
}

/** The page that a request is for: `event.url` is without the `__data.json` of the router's requests. */
function asPage({ request, url }: SvelteKitEvent, isByRouter: boolean): Request {
  const headers = new Headers(request.headers)
  if (isByRouter) headers.set('accept', 'text/html')
  return new Request(url, { method: request.method, headers })
}
