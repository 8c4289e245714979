import type { JWTPayload } from 'jose'
import { decodeProtectedHeader } from 'jose/decode/protected_header'
import { JWSSignatureVerificationFailed, JWTClaimValidationFailed, JWTExpired } from 'jose/errors'
import { jwtVerify } from 'jose/jwt/verify'
import type { KeySet } from './key-set.ts'

/** What an access token says (RFC 9068 2.2); times in seconds since the epoch. */
export type AccessTokenClaims = {
  readonly subject: string
  readonly sid: string
  readonly roles: readonly string[]
  readonly issuedAt: number
  readonly expiresAt: number
}

/**
 * What the browser presented.
 * - `expiring`: valid, and inside `renewBefore` of its end;
 * - `expired`: everything right but `exp`, or signed by a key that is no longer published (then without claims);
 * - `unverifiable`: no key set could be had, so nothing can be said of the token.
 */
export type TokenState =
  | { readonly state: 'absent' }
  | { readonly state: 'valid' | 'expiring'; readonly claims: AccessTokenClaims }
  | { readonly state: 'expired'; readonly claims: AccessTokenClaims | null }
  | { readonly state: 'invalid'; readonly reason: string }
  | { readonly state: 'unverifiable' }

export type AccessTokenSettings = {
  readonly keys: KeySet
  readonly issuer: string
  readonly audience: string
  /** Seconds before `exp` from which a token counts as expiring; never more than half its life. */
  readonly renewBefore: number
}

/** RFC 7515 3.1: three base64url parts, and not one other character. White space would pass a lenient decoder. */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/
const MAX_LENGTH = 16_384
/** Headers that let a token choose its own key (RFC 8725 3.10), or extensions nobody here understands. */
const REFUSED_HEADERS = ['jku', 'jwk', 'x5u', 'x5c', 'crit']
const REQUIRED_CLAIMS = ['iss', 'aud', 'sub', 'sid', 'iat', 'exp', 'jti', 'roles']
/** Seconds forgiven in `nbf`, never in `exp`. */
const NBF_TOLERANCE = 5

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
  if (token.length > MAX_LENGTH || !COMPACT_JWS.test(token)) return invalid('malformed')
  const header = readHeader(token)
  if (!header) return invalid('malformed')
  if (REFUSED_HEADERS.some((name) => name in header)) return invalid('header_refused')
  const lookup = await settings.keys.find(header, fresh)
  if (lookup.result === 'unavailable') return { state: 'unverifiable' }
  if (lookup.result === 'retired') return { state: 'expired', claims: null }
  if (lookup.result === 'unknown') return invalid('unknown_key')
  try {
    const { payload } = await jwtVerify(token, lookup.key, {
      algorithms: [header.alg],
      typ: 'at+jwt',
      issuer: settings.issuer,
      audience: settings.audience,
      requiredClaims: REQUIRED_CLAIMS,
      clockTolerance: NBF_TOLERANCE,
      currentDate: new Date(now * 1000),
    })
    return stateOf(payload, settings.renewBefore, now)
  } catch (error) {
    if (error instanceof JWTExpired) return stateOf(error.payload, settings.renewBefore, now)
    return invalid(reasonOf(error))
  }
}

function stateOf(payload: JWTPayload, renewBefore: number, now: number): TokenState {
  const claims = readClaims(payload)
  if (!claims) return invalid('claims')
  if (claims.expiresAt <= now) return { state: 'expired', claims }
  const window = Math.min(renewBefore, (claims.expiresAt - claims.issuedAt) / 2)
  return { state: claims.expiresAt - now <= window ? 'expiring' : 'valid', claims }
}

function readClaims(payload: JWTPayload): AccessTokenClaims | undefined {
  const { sub, sid, jti, iat, exp, roles } = payload
  const identified = [sub, sid, jti].every((claim) => typeof claim === 'string' && claim !== '')
  if (!identified || !Number.isFinite(iat) || !Number.isFinite(exp)) return
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string')) return
  return {
    subject: sub as string,
    sid: sid as string,
    roles,
    issuedAt: iat as number,
    expiresAt: exp as number,
  }
}

function readHeader(token: string): { alg: string; kid?: string } | undefined {
  try {
    const header = decodeProtectedHeader(token)
    return typeof header.alg === 'string' ? { ...header, alg: header.alg } : undefined
  } catch {
    return undefined
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof JWTClaimValidationFailed) return `claim_${error.claim}`
  if (error instanceof JWSSignatureVerificationFailed) return 'signature'
  return 'malformed'
}

const invalid = (reason: string): TokenState => ({ state: 'invalid', reason })
