import { digestOf } from '../gateway/renewal/digest.ts'
import type { GatewayTokens } from '../gateway/token/gateway-token.ts'

/**
 * The device signs this. No store is needed: the gateway has signed it itself, so it can tell that it was made, for which subject, and until
 * when it is good. The auth server reads the subject, too. `life` and `now` in seconds.
 *
 * @param subject the id of the session, to register for it; its refresh token, to renew it by that. A proof over one is of no use with another.
 */
export const makeChallenge = async (
  tokens: GatewayTokens,
  subject: string,
  life: number,
  now: number,
): Promise<string> =>
  // A hash, because the challenge is no place for a token.
  tokens.sign('challenge+jwt', { sub: await digestOf(subject), exp: Math.floor(now) + life })

/** Whether a challenge was made for exactly this, and is still good. */
export const isChallenge = async (
  tokens: GatewayTokens,
  challenge: string,
  subject: string,
  now: number,
): Promise<boolean> =>
  (await tokens.verify('challenge+jwt', challenge, now))?.sub === (await digestOf(subject))
