import type { AccessTokenClaims } from '../token/claims.ts'
import type { IssuedTokens } from './backend.ts'

/** Tokens of a backend that were verified, and what is to stand in the cookies. */
export type VerifiedTokens = {
  readonly claims: AccessTokenClaims
  readonly issued: IssuedTokens
  /** The value of the `userDataEtls` cookie. */
  readonly userData: string | null
}

/** Milliseconds in which the process answers the parent from memory. Default: 10,000. */
type Memory = number

/** The result of a renewal. */
export type Renewal =
  | {
      readonly result: 'rotated'
      readonly tokens: VerifiedTokens
      readonly memory?: Memory
    }
  | { readonly result: 'refused'; readonly reason: string; readonly memory?: Memory }
  | {
      readonly result: 'unavailable'
      readonly reason: string
      /** Gateway and backend are set up in ways that do not fit: waiting alone does not help. */
      readonly isMisfit?: boolean
    }

/** A renewal as one request has met it. */
export type Attempt = {
  readonly renewal: Renewal
  readonly traceparent: string
  /** Another request's call has brought it. */
  readonly shared: boolean
  /** Milliseconds since the epoch. */
  readonly endedAt: number
  /** How long the request waited. */
  readonly milliseconds: number
}
