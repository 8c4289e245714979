/**
 * The network as a measured program sees it: addresses of its vendor are answered from memory, all others fail. Both
 * Node's `fetch` and the edge sandbox's take their connections from this one place.
 */
type Handler = {
  onConnect?: (abort: () => void) => void
  onHeaders: (status: number, headers: Buffer[], resume: () => void, text: string) => boolean
  onData: (chunk: Buffer) => boolean
  onComplete: (trailers: Buffer[]) => void
  onError: (error: Error) => void
}

const place = Symbol.for('undici.globalDispatcher.1')

/** How many requests were tried since the start, by address. */
export const calls = new Map<string, number>()

export function answerFromMemory(answers: Readonly<Record<string, unknown>>): void {
  const dispatcher = {
    dispatch({ origin, path }: { origin: string; path: string }, handler: Handler) {
      const url = new URL(path, origin).href
      calls.set(url, (calls.get(url) ?? 0) + 1)
      queueMicrotask(() => answer(answers[url], url, handler))
      return true
    },
    close: async () => {},
    destroy: async () => {},
  }
  Object.defineProperty(globalThis, place, { value: dispatcher, writable: true, configurable: true })
}

function answer(body: unknown, url: string, handler: Handler): void {
  handler.onConnect?.(() => {})
  if (body === undefined) {
    handler.onError(new Error(`the benchmark has no network: ${url}`))
    return
  }
  const headers = ['content-type', 'application/json', 'cache-control', 'public, max-age=21600']
  handler.onHeaders(
    200,
    headers.map((text) => Buffer.from(text)),
    () => {},
    'OK',
  )
  handler.onData(Buffer.from(JSON.stringify(body)))
  handler.onComplete([])
}
