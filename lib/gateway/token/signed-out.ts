import type { AccessTokenClaims } from './claims.ts'
import type { GatewayTokens } from './gateway-token.ts'

const DEFAULT_LIFE = 900

/** A cookie that outlives the session it speaks of. `maxAge` in seconds. */
export type SignedMark = { readonly value: string; readonly maxAge: number }

/** The content of a browser's mark. */
export type SignedOutMark = {
  /** The session this browser has signed out of: an answer that was already under way cannot bring it back. */
  readonly sid: string | null
  /** The backend's word for why the last session has ended, where the answer that ended it could tell nobody. */
  readonly endedBy: string | null
}

/** The mark of a browser that signs out. `now` in seconds. */
export function signSignedOutMark(
  tokens: GatewayTokens,
  claims: Pick<AccessTokenClaims, 'sid' | 'issuedAt' | 'expiresAt'>,
  now: number,
): Promise<SignedMark> {
  const maxAge = Math.ceil(claims.expiresAt - claims.issuedAt) || DEFAULT_LIFE
  return sign(tokens, { sid: claims.sid }, maxAge, now)
}

/** The mark of a browser whose session was found to have ended. It goes on keeping `signedOutSid` out. */
export function signEndedMark(
  tokens: GatewayTokens,
  endedBy: string,
  signedOutSid: string | null,
  now: number,
): Promise<SignedMark> {
  return sign(tokens, { sid: signedOutSid, ended: endedBy }, DEFAULT_LIFE, now)
}

async function sign(
  tokens: GatewayTokens,
  claims: { readonly sid: string | null; readonly ended?: string },
  maxAge: number,
  now: number,
): Promise<SignedMark> {
  return {
    value: await tokens.sign('signed-out+jwt', { ...claims, exp: Math.floor(now) + maxAge }),
    maxAge,
  }
}

const NOTHING: SignedOutMark = { sid: null, endedBy: null }

/** Reads a browser's mark; a mark that the gateway has not signed, or that has run out, says nothing. */
export async function readSignedOutMark(
  tokens: GatewayTokens,
  mark: string | undefined,
  now: number,
): Promise<SignedOutMark> {
  const payload = mark === undefined ? null : await tokens.verify('signed-out+jwt', mark, now)
  return payload ? { sid: textOr(payload.sid), endedBy: textOr(payload.ended) } : NOTHING
}

const textOr = (value: unknown) => (typeof value === 'string' ? value : null)
