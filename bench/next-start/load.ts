import autocannon from 'autocannon'
import type { Server } from './servers.ts'

export const CONNECTIONS = 10

export type Load = { readonly rate: number; readonly p99: number }

/** Asks a server for its page for so many seconds. */
export async function load({ origin, cookie, label }: Server, seconds: number): Promise<Load> {
  const outcome = await autocannon({
    url: origin,
    connections: CONNECTIONS,
    duration: seconds,
    headers: { accept: 'text/html', 'sec-fetch-site': 'same-origin', ...(cookie === '' ? {} : { cookie }) },
  })
  const bad = outcome.errors + outcome.non2xx
  if (bad > 0)
    throw new Error(`${bad} of ${outcome.requests.total} answers of ${label} were none of its page`)
  return { rate: outcome.requests.total / outcome.duration, p99: outcome.latency.p99 }
}
