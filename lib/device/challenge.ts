import { digestOf } from '../gateway/renewal/digest.ts'
import type { GatewayTokens } from '../gateway/token/gateway-token.ts'

/**
 * The purpose of a challenge: to register for a session (`sid`), or to renew a device session (`did`) by one refresh token; a proof over it is
 * of no use with any other.
 */
export type Subject = readonly [id: string, refreshToken?: string]

/**
 * The device signs this. No store is needed: the gateway has signed it itself, so it can tell that it was made, for whom, and until when it
 * is good. `life` and `now` in seconds.
 */
export const makeChallenge = async (
  tokens: GatewayTokens,
  subject: Subject,
  life: number,
  now: number,
): Promise<string> =>
  tokens.sign('challenge+jwt', { sub: await nameOf(subject), exp: Math.floor(now) + life })

/** Whether a challenge was made for exactly this, and is still good. */
export const isChallenge = async (
  tokens: GatewayTokens,
  challenge: string,
  subject: Subject,
  now: number,
): Promise<boolean> => (await tokens.verify('challenge+jwt', challenge, now))?.sub === (await nameOf(subject))

/** A hash, because the challenge is no place for a token. */
const nameOf = (subject: Subject) => digestOf(JSON.stringify(subject))
