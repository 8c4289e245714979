import type { GatewayEvent } from '../events/events.ts'
import type { Clock, WaitUntil } from '../platform.ts'
import type { AccessTokenClaims } from '../token/claims.ts'

/** The state of a request's session, as the feed of ended sessions tells it. */
export type EndedFinding = {
  /** Why the session has ended, in the feed's word, for events; null: it is not known to have. */
  readonly endedBy: string | null
  /** The same for the sign-in page, in a word of the auth server's refusals: `session_revoked`, `refresh_token_reused`, … */
  readonly told: string | null
  /** The session lives, but this access token counts no more: the person's roles have changed. It is renewed as one that has expired. */
  readonly isOutdated?: boolean
  /** The feed has told nothing for longer than is tolerated. */
  readonly isStale: boolean
}

/** The sessions that have ended before the end of their access tokens. */
export type EndedSessions = {
  /**
   * Looks a session up, and keeps up with the feed. Waits for the feed's first answer, for a second at most.
   *
   * @param claims of the token that was presented; null when there are none to look up.
   * @param waitUntil is handed a poll that goes on after the answer.
   */
  look(claims: AccessTokenClaims | null, waitUntil?: WaitUntil): EndedFinding | Promise<EndedFinding>
  /** Why the session of these claims has ended, by what is known at this moment, as the sign-in page is told. */
  told(claims: AccessTokenClaims): string | null
}

/** A value of the option `revocation`. `endedFeed()` and `endedBy()` of `evergate/ended` make one. */
export type Revocation = {
  /** Told the gateway's settings when a gateway, or the app's side of it, begins to work. */
  open(settings: {
    readonly clock: Clock
    readonly random: () => number
    /** Waits so many milliseconds. */
    readonly wait: (milliseconds: number) => Promise<void>
    readonly onEvent: (event: GatewayEvent) => void
  }): EndedSessions
}

/** The finding where no feed tells which sessions have ended. */
export const NOTHING_KNOWN: EndedFinding = { endedBy: null, told: null, isStale: true }
