/** How a renewal went; `unavailable` says nothing about the session. */
export type Renewal = 'renewed' | 'ended' | 'unavailable'

/** Asks the server to renew, once. */
export async function renewNow(send: typeof fetch, url: string): Promise<Renewal> {
  try {
    const { ok, status } = await send(url, { method: 'POST', cache: 'no-store', signal: patience() })
    return ok ? 'renewed' : status === 401 ? 'ended' : 'unavailable'
  } catch {
    return 'unavailable'
  }
}

/** Longer than a gateway takes with all its retries. */
export const patience = () => AbortSignal.timeout(20_000)
