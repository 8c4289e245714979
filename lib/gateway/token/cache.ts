import type { AccessTokenSettings } from './access-token.ts'
import { readAccessToken, stateOf } from './access-token.ts'
import type { AccessTokenClaims } from './claims.ts'
import type { TokenState } from './state.ts'

/** Seconds after which a token is verified again, whatever is left of its life. */
const MAX_AGE = 60

/** Reads access tokens, and knows those again that it has verified a moment ago. `now` in seconds. */
export type TokenCache = {
  /** The state of a token that need not be verified now; undefined for one that must be. */
  recall(token: string | undefined, now: number): TokenState | undefined
  /** Verifies a token, as `readAccessToken()` does. */
  read(token: string | undefined, now: number): Promise<TokenState>
}

type Verified = { readonly claims: AccessTokenClaims; readonly at: number }

/**
 * Keeps up to `size` tokens that were verified: none past its end, for longer than a minute, or across a change of keys.
 * A token is found by the hash of the whole, so that the time it takes tells nothing of its parts.
 */
export function createTokenCache(settings: AccessTokenSettings, size: number): TokenCache {
  const { keys, renewBefore } = settings
  const cached = new Map<string, Verified>()
  let edition = keys.edition()

  return {
    recall(token, now) {
      if (token === undefined) return { state: 'absent' }
      const verified = cached.get(token)
      if (
        !verified ||
        edition !== keys.edition() ||
        now - verified.at >= MAX_AGE ||
        verified.at - now >= MAX_AGE
      )
        return
      return verified.claims.expiresAt > now ? stateOf(verified.claims, renewBefore, now) : undefined
    },
    async read(token = '', now) {
      const before = keys.edition()
      if (before !== edition) cached.clear()
      edition = before
      const state = await readAccessToken(token, settings, now)
      cached.delete(token)
      // Keys that changed in the meantime might have judged otherwise.
      const isGood = state.state === 'valid' || state.state === 'expiring'
      if (isGood && size > 0 && before === keys.edition())
        cached.set(token, { claims: state.claims, at: now })
      // The first of a map is its oldest.
      if (cached.size > size) cached.delete(cached.keys().next().value ?? '')
      return state
    },
  }
}
