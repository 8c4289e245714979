import type { NextRequest } from 'next/server'
import { passOn } from './handed-on.ts'

/** Another way to write each address that `next start` may listen on. */
const ALSO: Readonly<Record<string, string>> = {
  localhost: '127.0.0.1',
  '127.0.0.1': 'localhost',
  '0.0.0.0': '127.0.0.1',
  '[::]': '127.0.0.1',
}

/**
 * The answer to a request that is refused. Next drops that to a protocol upgrade, and keeps the client waiting; an upgrade that
 * leads to another server it does connect. So an upgrade is led to this server once more, by another of its names and as a plain
 * request, and Next hands that one's answer to the client. Where this server has no other name, Next at least closes the connection.
 */
export function refuseUpgrade(request: NextRequest, refusal: Response): Response {
  if (!request.headers.get('upgrade')) return refusal
  if (!/upgrade/i.test(request.headers.get('connection') ?? ''))
    // Next takes the answer out of its chunks, and leaves the header that promises them: this body is an empty one in chunks.
    return new Response('0\r\n\r\n', refusal)
  const target = new URL(request.url)
  const { origin } = target
  target.protocol = 'http:'
  target.hostname = ALSO[target.hostname] ?? target.hostname
  if (target.origin === origin)
    return new Response(null, { status: 307, headers: { location: 'http://refused.invalid/' } })
  const headers = new Headers(request.headers)
  headers.set('connection', 'close')
  headers.delete('accept-encoding')
  return passOn(headers, target.href)
}
