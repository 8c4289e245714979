import type { Clock, Fetch } from '../../gateway/platform.ts'

/** The answer to one request. */
export type Probe =
  | {
      readonly result: 'answered'
      readonly url: string
      readonly status: number
      readonly headers: Headers
      readonly body: string /** Seconds that its clock is ahead of ours; null when it does not tell. */
      readonly ahead: number | null
    }
  | { readonly result: 'failed'; readonly url: string; readonly reason: string }

/** Milliseconds. */
const TIMEOUT = 10_000

/** Sends one request, follows no redirect, and never throws. */
export async function probe(
  io: { readonly fetch: Fetch; readonly clock: Clock },
  url: string,
  init: RequestInit = {},
): Promise<Probe> {
  const startedAt = io.clock()
  try {
    const response = await io.fetch(url, {
      redirect: 'manual',
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT),
      ...init,
    })
    const half = (startedAt + io.clock()) / 2
    const date = Date.parse(response.headers.get('date') ?? '')
    return {
      result: 'answered',
      url,
      status: response.status,
      headers: response.headers,
      body: await response.text(),
      // A date has no parts of a second: half of one on average.
      ahead: Number.isNaN(date) ? null : (date + 500 - half) / 1000,
    }
  } catch (error) {
    return { result: 'failed', url, reason: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? message
}

export const isNotStored = ({ headers }: { readonly headers: Headers }) =>
  /\bno-store\b/.test(headers.get('cache-control') ?? '')
