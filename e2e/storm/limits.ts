/**
 * The times of a storm, and why nobody may be lost by them.
 *
 * A refresh token is forgiven while it is the newest, or the parent of the newest and inside the grace (CONTRACT 5). So a
 * visitor is safe as long as both of these hold, for every request that carries refresh token r0:
 *
 * 1. It is asked again inside the grace. When the answer with r1 is lost, the visitor comes back with r0 until an answer
 *    gets through: `grace > outage + patience + budget`.
 * 2. r1 is not rotated while r0 is on the road. A request is on the road for `patience + budget` at most: then the visitor
 *    has hung up, and then the gateway has. Its last sender read r0 from the jar just before r1 arrived, which came with an
 *    access token that was at most `outage + patience` old; r1 is used when that ends, less `renewBefore`:
 *    `life - renewBefore > (outage + patience) + (patience + budget)`.
 *
 * An answer to a registration that was lost costs nothing: nothing was spent (`--bound`). A refresh by a proof follows the two rules above.
 *
 * And for the attackers, that a token is accepted by nobody, a gateway remembers answers for ten seconds: `grace > memory`.
 */
export const LIMITS = {
  /** Life of an access token, seconds. */
  life: 10,
  /** `RENEW_BEFORE`, seconds. */
  renewBefore: 1,
  /** `REFRESH_GRACE`, seconds. */
  grace: 12,
  /** `REFRESH_TIMEOUT`, seconds. */
  budget: 1,
  /** Seconds after which a visitor hangs up and loads anew. */
  patience: 2,
  /** Longest time that faults and kills keep a visitor from any answer, seconds. */
  outage: 3,
  /** How long a gateway remembers a renewal, in seconds. */
  memory: 10,
} as const

/**
 * Milliseconds that a thief of a cookie jar may be served beyond one access-token life: times in tokens are whole seconds. A thief asks
 * each 0.2 seconds, so that what is decided too late is also asked too late.
 */
export const THIEF_SLACK = 1_000
/** Milliseconds beyond one access-token life in which a thief goes on: two renewals of the victim are among them. */
export const THIEF_GOES_ON = 12_000

/** Seconds after the end of the grace at which the first attackers come: no clock is that far off. */
export const ATTACK_MARGIN = 1

/** `tolerate` of the app's feed, in milliseconds: nobody is served longer after the end of their session. */
export const TOLERATE = 30_000
