import { JWSSignatureVerificationFailed } from 'jose/errors'
import type { AccessTokenClaims } from './claims.ts'
import { readClaims } from './claims.ts'
import type { KeySet } from './key-set.ts'
import type { TokenState } from './state.ts'
import { tokenPart } from './token-part.ts'
import { isCompactJws, verifyJwt } from './verify-jwt.ts'

export type AccessTokenSettings = {
  readonly keys: KeySet
  readonly issuer: string
  readonly audience: string
  /** Seconds before `exp` from which a token counts as expiring; never more than half its life. */
  readonly renewBefore: number
}

const MAX_LENGTH = 16_384
/** Headers that let a token choose its own key (RFC 8725 3.10), or extensions nobody here understands. */
const REFUSED_HEADERS = ['jku', 'jwk', 'x5u', 'x5c', 'crit']
/** Seconds; a token that ends while its page renders would sign the person out there. */
const LEAST_WINDOW = 1
/** RFC 9068 2.1, with or without the prefix that RFC 7515 4.1.9 lets a signer leave out. */
const ACCESS_TOKEN_TYPE = /^"(application\/)?at\+jwt"$/i

/**
 * Reads an access token (RFC 9068 4) and says which state it is in at `now`, in seconds since the epoch.
 * `fresh` marks a token the backend has just issued, whose key may be newer than the known key set.
 */
export async function readAccessToken(
  token: string | undefined,
  settings: AccessTokenSettings,
  now: number,
  fresh = false,
): Promise<TokenState> {
  if (token === undefined) return { state: 'absent' }
  if (token.length > MAX_LENGTH || !isCompactJws(token)) return invalid('malformed')
  // Enough of the header to find the key by; jose reads it again, and strictly.
  const header = tokenPart(token, 0)
  if (typeof header?.alg !== 'string') return invalid('malformed')
  if (REFUSED_HEADERS.some((name) => name in header)) return invalid('header_refused')
  const lookup = await settings.keys.find(header, fresh)
  if (lookup.result === 'unavailable') return { state: 'unverifiable' }
  if (lookup.result === 'retired') return { state: 'expired', claims: null }
  if (lookup.result === 'unknown') return invalid('unknown_key')
  try {
    const { header: verified, payload } = await verifyJwt(token, lookup.key, header.alg)
    if (!ACCESS_TOKEN_TYPE.test(JSON.stringify(verified.typ))) return invalid('typ')
    const reading = readClaims(payload, settings, now)
    return reading.result === 'good'
      ? stateOf(reading.claims, settings.renewBefore, now)
      : invalid(reading.reason)
  } catch (error) {
    return error instanceof JWSSignatureVerificationFailed ? invalid('signature') : invalid('malformed')
  }
}

/** The state of a token whose signature and claims are good. */
export function stateOf(
  claims: AccessTokenClaims,
  renewBefore: number,
  now: number,
): Extract<TokenState, { claims: AccessTokenClaims | null }> {
  if (claims.expiresAt <= now) return { state: 'expired', claims }
  const window = Math.min(Math.max(renewBefore, LEAST_WINDOW), (claims.expiresAt - claims.issuedAt) / 2)
  return { state: claims.expiresAt - now <= window ? 'expiring' : 'valid', claims }
}

const invalid = (reason: string): TokenState => ({ state: 'invalid', reason })
