import { NextResponse } from 'next/server'

/** Next's protocol between a middleware and itself. */
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
  for (const [name, value] of NextResponse.next({ request: { headers } }).headers)
    if (name === NAMES || name.startsWith(VALUE)) response.headers.set(name, value)
}
