/** Next's protocol between a middleware and itself. */
/** The response headers by which Next runs the page. */
export const PASSING = ['x-middleware-next', 'x-middleware-rewrite'] as const
const [NEXT, REWRITE] = PASSING
const NAMES = 'x-middleware-override-headers'
const VALUE = 'x-middleware-request-'

/** The request's headers that a middleware's response hands on to the app; null when it leaves them as they are. */
export function handedOn(response: Response): Headers | null {
  const names = response.headers.get(NAMES)?.split(',')
  if (!names) return null
  const values = names.map((name) => [name.trim(), response.headers.get(VALUE + name.trim())] as const)
  return new Headers(
    values.filter((pair): pair is readonly [string, string] => pair[1] !== null) as [string, string][],
  )
}

/** Lets a middleware's response hand on these headers; Next deletes all others. */
export function handOn(response: Response, headers: Headers): void {
  for (const name of [...response.headers.keys()]) if (name.startsWith(VALUE)) response.headers.delete(name)
  for (const [name, value] of headers) response.headers.set(VALUE + name, value)
  response.headers.set(NAMES, [...headers.keys()].join(','))
}

/**
 * The answers that Next reads as `NextResponse.next()`, and `NextResponse.rewrite()` where there is an address: the app answers, and
 * is handed on these headers. `next/server` itself brings a parser of user agents, and that is 7 KB at the edge.
 */
export function passOn(headers: Headers | null, rewrite?: string): Response {
  const response = new Response()
  response.headers.set(rewrite === undefined ? NEXT : REWRITE, rewrite ?? '1')
  if (headers) handOn(response, headers)
  return response
}

/** Whether a middleware's response lets the app answer. */
export const reachesTheApp = ({ headers }: Response): boolean => PASSING.some((name) => headers.has(name))
