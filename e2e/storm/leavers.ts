import { setTimeout as delay } from 'node:timers/promises'
import type { Visitor } from './cast.ts'
import type { Fleet } from './fleet.ts'
import type { Leaving } from './ledger.ts'
import { TOLERATE } from './limits.ts'

const ASK_EVERY = 100
const PATIENCE = 2_000

/**
 * Signs somebody out at an auth server, whose access token then goes on for two minutes, and asks each gateway until it knows.
 *
 * @param at milliseconds until the end of the session
 */
export async function leave(leaver: Visitor, fleet: Fleet, at: number): Promise<Leaving> {
  const { accessToken = '', refreshToken = '' } = leaver.browser.cookies()
  const cookie = `accessToken=${await fleet.longLived(accessToken)}`
  await delay(at)
  await signOut(fleet, refreshToken)
  const endedAt = performance.now()
  const since = () => performance.now() - endedAt
  const times = await Promise.all(
    Array.from({ length: fleet.gateways }, async (_, gateway) => {
      let servedUntil = 0
      while (since() < TOLERATE + 2 * PATIENCE) {
        const askedAt = since()
        const outcome = await outcomeAt(`${fleet.frontOf(gateway)}/api/session`, cookie)
        if (outcome === 'ended') return { servedUntil, refusedAfter: since() }
        // It was decided on between the question and the answer.
        if (outcome === 'active') servedUntil = askedAt
        await delay(ASK_EVERY)
      }
      return { servedUntil, refusedAfter: null }
    }),
  )
  const refused = times.map(({ refusedAfter }) => refusedAfter)
  return {
    servedUntil: Math.max(...times.map(({ servedUntil }) => servedUntil)),
    refusedAfter: refused.includes(null) ? null : Math.max(...refused.map((time) => time ?? 0)),
  }
}

/** Until the 204: what was not confirmed has not ended. */
async function signOut(fleet: Fleet, refreshToken: string): Promise<void> {
  for (let tried = 0; ; tried += 1) {
    const answer = await fetch(`${fleet.authUrl(tried)}/logout`, {
      method: 'POST',
      headers: { cookie: `refreshToken=${refreshToken}` },
      signal: AbortSignal.timeout(PATIENCE),
    }).catch(() => null)
    if (answer?.status === 204) return
    await delay(ASK_EVERY)
  }
}

/** The gateway's outcome; null when there was no answer. */
async function outcomeAt(url: string, cookie: string): Promise<string | null> {
  const headers = { cookie, accept: 'application/json', 'sec-fetch-site': 'same-origin' }
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE) }).catch(() => null)
  await answer?.body?.cancel().catch(() => {})
  return answer?.headers.get('x-session') ?? null
}
