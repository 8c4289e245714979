import { isJsonObject } from '../json-object.ts'
import type { UserData } from '../renewal/backend.ts'
import type { AccessTokenClaims } from './claims.ts'
import type { GatewayTokens } from './gateway-token.ts'

type Whose = Pick<AccessTokenClaims, 'subject' | 'sid'>

/** Puts the backend's `userData` into a token of the gateway's own, bound to the session and as long-lived as its access token. */
export function signUserData(
  tokens: GatewayTokens,
  userData: UserData,
  claims: Whose & Pick<AccessTokenClaims, 'expiresAt'>,
): Promise<string> {
  return tokens.sign('userdata+jwt', {
    userData,
    sub: claims.subject,
    sid: claims.sid,
    exp: claims.expiresAt,
  })
}

/** The user data of exactly this session; null when there is none that this gateway issued for it. */
export async function readUserData(
  tokens: GatewayTokens,
  token: string | undefined,
  claims: Whose,
  now: number,
): Promise<UserData | null> {
  if (token === undefined) return null
  const payload = await tokens.verify('userdata+jwt', token, now)
  if (payload?.sub !== claims.subject || payload.sid !== claims.sid) return null
  return isJsonObject(payload.userData) ? payload.userData : null
}
