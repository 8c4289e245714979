import type { AccessTokenClaims } from './access-token-claims.ts'
import type { GatewayTokens } from './gateway-token.ts'

const DEFAULT_LIFE = 900

/** The signed-out mark: while it lives, an answer that was already under way cannot bring this session back. */
export async function signSignedOutMark(
  tokens: GatewayTokens,
  claims: AccessTokenClaims,
  now: number,
): Promise<{ value: string; maxAge: number }> {
  const maxAge = Math.ceil(claims.expiresAt - claims.issuedAt) || DEFAULT_LIFE
  return {
    value: await tokens.sign('signed-out+jwt', { sid: claims.sid, exp: Math.floor(now) + maxAge }),
    maxAge,
  }
}

/** The `sid` that this browser has signed out of, if it has lately. */
export async function readSignedOutMark(
  tokens: GatewayTokens,
  mark: string | undefined,
  now: number,
): Promise<string | null> {
  if (mark === undefined) return null
  const payload = await tokens.verify('signed-out+jwt', mark, now)
  return typeof payload?.sid === 'string' ? payload.sid : null
}
