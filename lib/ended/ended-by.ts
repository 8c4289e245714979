import type { EndedFinding, Revocation } from '../gateway/decision/revocation.ts'
import type { WaitUntil } from '../gateway/platform.ts'
import { untilAborted, withDeadline } from '../gateway/renewal/deadline.ts'
import { listeners } from '../gateway/signal/ended.ts'
import type { AccessTokenClaims } from '../gateway/token/claims.ts'
import type { Ended } from './feed.ts'
import { createFollower } from './keep-up.ts'
import { stopsBetweenRequests } from './runtime.ts'

/** Options of {@link endedBy}. */
export type EndedOptions = {
  /** The feed is asked once in so many milliseconds, at most. Default 1000. */
  readonly every?: number
  /**
   * How old, in milliseconds, what the feed has told may be. Beyond it rules with `freshness: 'strict'` answer 503, others go on, and
   * `revocation.stale` tells of it once. Default 30000.
   */
  readonly tolerate?: number
  /**
   * `process`: one call after the other, each of which waits for something to end. `request`: a call in the background of a request, for
   * runtimes that stop between requests. Default: by the runtime, `process` in Node.
   */
  readonly polls?: 'process' | 'request'
}

/** Milliseconds that a request waits for the first answer of a feed. */
const PATIENCE = 1000
/** After so many milliseconds without a request no more is asked, unless something is open that is to close with its session. */
const IDLE = 300_000
/** The most milliseconds that a call takes. A call that takes longer was stopped with its runtime. */
const LOST = 8_000
const LONGEST_WAIT = 25

/**
 * Follows a feed of ended sessions of your own.
 *
 * @example
 * const revocation = endedBy(async (cursor, { signal }) => {
 *   const response = await fetch(`https://api.example/over?after=${cursor ?? ''}`, { signal })
 *   const { last, over } = await response.json()
 *   return { cursor: last, entries: over, life: 960 }
 * })
 * export const middleware = createGateway({ revocation })
 */
export function endedBy(ended: Ended, options: EndedOptions = {}): Revocation {
  const { every = 1000, tolerate = 30_000, polls = stopsBetweenRequests() ? 'request' : 'process' } = options
  // In whole seconds, and so short that two calls one after the other may get lost in time: one that is lost is found out 5 s after it.
  const wait = polls === 'request' ? 0 : Math.floor(Math.min(LONGEST_WAIT, tolerate / 3000))
  return {
    open(settings) {
      const { clock } = settings
      const follower = createFollower(ended, { every, tolerate, wait }, settings)
      let calling: Promise<void> | undefined
      let calledAt = Number.NEGATIVE_INFINITY
      let askedAt = Number.NEGATIVE_INFINITY
      let running = false
      let nextAt = Number.NEGATIVE_INFINITY

      function call(): Promise<void> {
        calledAt = clock()
        const mine = follower.poll().then(() => {
          nextAt = clock() + follower.pause()
          if (calling === mine) calling = undefined
        })
        calling = mine
        return mine
      }

      async function run(): Promise<void> {
        running = true
        while (clock() - askedAt < IDLE || listeners() > 0) {
          await call()
          const pause = nextAt - clock()
          if (pause > 0) await settings.wait(pause)
        }
        running = false
      }

      function keepUp(waitUntil: WaitUntil | undefined): void {
        askedAt = clock()
        if (polls === 'process') {
          if (!running) void run()
          return
        }
        if (calling && askedAt - calledAt > LOST) calling = undefined
        if (calling || askedAt < nextAt) return
        const work = call()
        waitUntil?.(work)
      }

      const isStale = () => follower.age() > tolerate

      function findingOn(claims: AccessTokenClaims | null): EndedFinding {
        follower.tellAge()
        const endedBy = claims && follower.list.find(claims, clock())
        const isOutdated = claims !== null && follower.list.isOutdated(claims)
        return { endedBy, told: endedBy && toldAs(endedBy), isOutdated, isStale: isStale() }
      }

      return {
        told(claims) {
          const endedBy = follower.list.find(claims, clock())
          return endedBy && toldAs(endedBy)
        },
        look(claims, waitUntil) {
          keepUp(waitUntil)
          // A process that has just begun, or has slept, knows nothing yet. One whose feed fails knows no more by waiting.
          const first = claims && isStale() && follower.failures() === 0 ? calling : undefined
          if (!first) return findingOn(claims)
          return withDeadline(PATIENCE, (signal) => untilAborted(first, signal))
            .catch(() => {})
            .then(() => findingOn(claims))
        },
      }
    },
  }
}

/** The reasons that the sign-in page has a sentence of its own for. */
const TOLD = new Map([
  ['reuse', 'refresh_token_reused'],
  ['signed-out', 'signed_out'],
  ['password-changed', 'password_changed'],
])

const toldAs = (reason: string) => TOLD.get(reason) ?? 'session_revoked'
