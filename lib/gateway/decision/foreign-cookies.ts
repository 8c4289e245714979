import type { GatewayEvent } from '../events/events.ts'
import { subjectOf } from '../events/report.ts'
import { digestOf } from '../renewal/digest.ts'
import type { Attempt } from '../renewal/renewal.ts'
import { createSeen } from '../renewal/seen.ts'
import type { RequestFacts } from '../request/facts.ts'
import type { TokenState } from '../token/state.ts'

/** So many refresh tokens of others are remembered. */
const MAX_REMEMBERED = 1000

/**
 * Finds session cookies that this gateway cannot have issued. Browsers keep cookies by host, whatever the port, so that two
 * apps on localhost with the same names get each other's; neither may sign the other one out. Over https nothing is foreign:
 * there a host is one app's.
 */
export function createForeignCookies(onEvent: (event: GatewayEvent) => void) {
  /** Hashes of refresh tokens that the backend does not know. */
  const known = createSeen(MAX_REMEMBERED)
  let told = false

  async function isForeign(token: TokenState, refreshToken: string | undefined, attempt: Attempt | null) {
    if (refreshToken === undefined) return token.state === 'invalid' && FOREIGN_SIGNATURE.has(token.reason)
    if (attempt) {
      if (attempt.renewal.result !== 'refused' || attempt.renewal.reason !== 'invalid_refresh_token')
        return false
      known.add(await digestOf(refreshToken))
      return true
    }
    return told && known.has(await digestOf(refreshToken))
  }

  /** Whether a request's cookies are another app's, by what is known before a renewal (`attempt` null) or after it. */
  return async (facts: RequestFacts, token: TokenState, attempt: Attempt | null): Promise<boolean> => {
    // Any other access token was issued for this gateway, and the refresh token with it.
    if (facts.isHttps || (token.state !== 'absent' && token.state !== 'invalid')) return false
    const { names, values } = facts.cookies
    const foreign = await isForeign(token, values.refreshToken, attempt)
    if (foreign && !told) {
      told = true
      onEvent({
        type: 'cookies.foreign',
        ...subjectOf(facts, facts.traceparent),
        names: names.slice(0, 4),
      })
    }
    return foreign
  }
}

const FOREIGN_SIGNATURE = new Set(['unknown_key', 'signature'])
