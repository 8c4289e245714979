import { equalTexts, mac, toKey } from './mac.ts'

/** The content of a refresh token whose MAC is right. */
export interface RefreshTokenClaims {
  readonly sid: string
  /** Position in the token family, from 0. */
  readonly generation: number
}

/** Makes and reads refresh tokens. */
export interface RefreshTokens {
  /** The token of this session and generation: always the same for the same newest secret. */
  derive(sid: string, generation: number): string
  /** The content of the token, or undefined for anything this server did not make itself. */
  verify(token: string): RefreshTokenClaims | undefined
}

/*
 * version . session id . generation . key number . MAC
 *
 *   e1.Zk3vJp0Qm1xYb7cT2nWd9A.17.q3fZx0aB.<43 characters>
 *
 * The MAC is HMAC-SHA-256 over everything before its dot, in base64url without padding. Each token has exactly one
 * spelling. At most 15 digits keep generation + 1 exact; the last of them would have a child with 16.
 */
const FORMAT = /^e1\.([\w-]{22})\.(0|[1-9]\d{0,14})\.([\w-]{8})\.([\w-]{43})$/
const MAX_LENGTH = 128
const LAST_GENERATION = 999_999_999_999_999

/**
 * @param secrets - newest first, each at least 32 bytes. Tokens are derived with the first and accepted from all.
 */
export function createRefreshTokens(secrets: readonly [string, ...string[]]): RefreshTokens {
  const newest = toKey(secrets[0])
  const byNumber = new Map(secrets.map(toKey).map((key) => [key.number, key]))

  return {
    derive(sid, generation) {
      const body = `e1.${sid}.${generation}.${newest.number}`
      return `${body}.${mac(newest, body)}`
    },
    verify(token) {
      const [, sid, digits, number, presented] = (token.length <= MAX_LENGTH && FORMAT.exec(token)) || []
      if (!sid || !digits || !number || !presented) return undefined
      const key = byNumber.get(number)
      // An unknown key costs as much as a known one.
      const expected = mac(key ?? newest, token.slice(0, token.lastIndexOf('.')))
      if (!equalTexts(presented, expected) || !key) return undefined
      const generation = Number(digits)
      return generation === LAST_GENERATION ? undefined : { sid, generation }
    },
  }
}

/** The session that a token names, whoever made it. For logs: nothing may be decided by it. */
export function claimedSid(token: string): string | undefined {
  return token.length <= MAX_LENGTH ? FORMAT.exec(token)?.[1] : undefined
}
