import { gatewayReport, getSession } from 'evergate/next'

const NO_STORE = { 'Cache-Control': 'private, no-store' }

/**
 * Renews explicitly. The gateway has done it by its path rule before this runs (`renew: 'always'`), and has put the
 * cookies on the response; what is left is to say how it went. A session that is bound to its device is renewed by its browser alone, and
 * was before this request if it was due (docs/device-binding.md).
 */
export async function POST(): Promise<Response> {
  const outcome = (await gatewayReport())?.outcome
  if (outcome === 'renewed') return Response.json({ message: 'Tokens refreshed' }, { headers: NO_STORE })
  if (outcome === 'degraded') {
    const headers = { ...NO_STORE, 'Retry-After': '5' }
    return Response.json({ error: 'temporarily_unavailable' }, { status: 503, headers })
  }
  if (outcome === 'active' && (await getSession())?.device === 'bound')
    return Response.json({ message: 'The browser renews this session' }, { headers: NO_STORE })
  return Response.json({ error: 'unauthenticated' }, { status: 401, headers: NO_STORE })
}
