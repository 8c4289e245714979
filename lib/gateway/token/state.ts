import type { AccessTokenClaims } from './claims.ts'

/**
 * The state of the access token that the browser presented.
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
