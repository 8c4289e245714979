import type { Renewal } from './renewal.ts'

type Parts = {
  readonly send: typeof fetch
  /** Marks this moment; `renew` then knows whether another tab has renewed since. */
  readonly mark: () => number
  readonly renew: (since: number) => Promise<Renewal>
  /** Looks at an answer, and hands it on. */
  readonly seen: (response: Response) => Response
}

/**
 * `fetch` that renews the session and repeats the request, once, when it is answered 401. Any method may be repeated: a
 * 401 says that nothing was done. Where the session cannot be renewed for now, the answer is 503 with `Retry-After`
 * instead of a 401 that would look like the end. Other origins are asked plainly.
 */
export async function sessionFetch(
  parts: Parts,
  input: RequestInfo | URL,
  init?: RequestInit,
): Promise<Response> {
  const { send, mark, renew, seen } = parts
  const request = new Request(input, init)
  if (!isOurs(request.url)) return send(request)
  // A body can be read once, so what may be sent again is put aside first.
  const again = request.clone()
  const since = mark()
  const response = await send(request)
  if (response.status !== 401 || !isOurs(response.url) || asksForSignIn(response)) return seen(response)
  const renewal = await Promise.race([renew(since), aborted(request.signal)])
  if (renewal === 'ended') return response
  await response.body?.cancel()
  if (renewal === 'unavailable') return unavailable()
  return seen(await send(again))
}

/** A younger sign-in is wanted (RFC 9470), which no renewal brings: the session is there, and goes on. */
const asksForSignIn = ({ headers }: Response) =>
  headers.get('www-authenticate')?.includes('insufficient_user')

/** An answer has no address when nothing was asked for it; a redirect may have led to another site. */
const isOurs = (url: string) => new URL(url, location.href).origin === location.origin

const unavailable = () =>
  Response.json({ error: 'temporarily_unavailable' }, { status: 503, headers: { 'retry-after': '5' } })

/** The renewal goes on for others who wait for it; who has left does not wait. */
const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.throwIfAborted()
    signal.onabort = () => reject(signal.reason)
  })
