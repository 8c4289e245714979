import type { NextRequest } from 'next/server'
import type { SessionGateway } from '../gateway/gateway.ts'
import type { Outcome } from '../gateway/response/outcome.ts'
import { handedOn, handOn } from './handed-on.ts'

/**
 * The answer when one's own middleware rewrites to another server, which is not sent the session's cookies; null when it does
 * not. Next answers with that server's `Cache-Control`, so where cookies are to leave, the gateway asks it itself.
 *
 * @param own what the middleware returned; changed when Next is to ask the other server.
 */
export async function fromOtherServer(
  request: NextRequest,
  own: Response,
  { requestHeaders, setCookies }: Outcome,
  gateway: SessionGateway,
): Promise<Response | null> {
  const address = own.headers.get('x-middleware-rewrite')
  if (!address) return null
  const target = new URL(address, request.url)
  const isHere = [new URL(request.url).origin, request.nextUrl.origin].includes(target.origin)
  // A path of this server may itself be one that `rewrites()` hands on.
  if (isHere && !gateway.leadsElsewhere(target, request.headers)) return null
  const sent = gateway.withoutSession(handedOn(own) ?? new Headers(requestHeaders ?? request.headers))
  if (!isHere && setCookies.length > 0 && !isBodyOutOfReach(request)) return relay(request, target, sent, own)
  handOn(own, sent)
  return own
}

/** `guardServer()` leaves a large body to Next, which sends it on. An answer to one is in no cache. */
const isBodyOutOfReach = ({ body, headers }: NextRequest) =>
  !body && (headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0)

/** Headers that belong to one connection, or to a body that `fetch` has decoded. */
const OF_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding']

async function relay(request: NextRequest, target: URL, headers: Headers, own: Response): Promise<Response> {
  const { method, body, signal } = request
  headers.set('x-forwarded-host', headers.get('host') ?? '')
  for (const name of ['host', ...OF_CONNECTION]) headers.delete(name)
  const sent = { method, headers, signal, redirect: 'manual', ...(body && { body, duplex: 'half' }) } as const
  // Next's own words for a server that cannot be reached.
  const answer = await fetch(target, sent).catch(() => new Response('Internal Server Error', { status: 500 }))
  const response = new Response(answer.body, answer)
  for (const name of OF_CONNECTION) response.headers.delete(name)
  for (const [name, value] of own.headers)
    if (name === 'set-cookie') response.headers.append(name, value)
    else if (!name.startsWith('x-middleware-') && !response.headers.has(name))
      response.headers.set(name, value)
  return response
}
