import { tokenPart } from './token-part.ts'

/** In a session's access token that the gateway itself signed around another server's: that one. */
export const PROVIDER_TOKEN_CLAIM = 'providerAccessToken'

/** The token that an API is to be sent: the one inside, or the token itself. Only for a token that was verified. */
export function providerToken(accessToken: string): string {
  const inner = tokenPart(accessToken, 1)?.[PROVIDER_TOKEN_CLAIM]
  return typeof inner === 'string' ? inner : accessToken
}
