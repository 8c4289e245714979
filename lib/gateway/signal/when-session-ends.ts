import type { AccessTokenClaims } from '../token/claims.ts'
import { sessionEndOf } from '../token/session-end.ts'
import { onEnded } from './ended.ts'

/** A session whose end can be told: of the gateway's outcome, with its access token, or one that was read already. */
export type EndingSession = AccessTokenClaims &
  ({ readonly accessToken: string } | { readonly endsAt: number | null })

/** Options of {@link whenSessionEnds}. */
export type SessionEndOptions = {
  /**
   * Whether the end of the access token counts, too: for what must not go on without another look at the session. A renewal gives the
   * session a new token, and does not reach what has begun with the old one. Default false.
   */
  readonly endsWithToken?: boolean
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: () => number
}

/** Timers take no more milliseconds: 24.8 days, and sessions live longer. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * Calls `listener`, once, when a session ends: at its absolute limit, and when this process learns that it has ended before, by a sign-out
 * or a feed. For what stays open after the request was answered: WebSockets, streams.
 *
 * @returns a function that stops it. Call it when what was open has closed.
 * @example
 * const watch = (session: EndingSession, socket: WebSocket) => {
 *   const close = () => socket.close(4401, 'session ended')
 *   socket.onclose = whenSessionEnds(session, close, { endsWithToken: true })
 * }
 */
export function whenSessionEnds(
  session: EndingSession,
  listener: () => void,
  { endsWithToken = false, clock = Date.now }: SessionEndOptions = {},
): () => void {
  const endsAt = 'endsAt' in session ? session.endsAt : sessionEndOf(session.accessToken)
  const ends = [endsAt, endsWithToken ? session.expiresAt : null].filter((end) => end !== null)
  let isOver = false
  const stops = [onEnded(session, end), ...ends.map((seconds) => at(seconds * 1000, end, clock))]

  function end(): void {
    if (isOver) return
    stop()
    listener()
  }
  function stop(): void {
    isOver = true
    for (const each of stops) each()
  }
  return stop
}

/** Calls `then` at a moment, however far away; a moment that has passed is now, but never before this function has returned. */
function at(moment: number, then: () => void, clock: () => number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = () => {
    const left = moment - clock()
    timer = setTimeout(left > LONGEST_TIMER ? wait : then, Math.max(0, Math.min(left, LONGEST_TIMER)))
    // An open answer keeps the process alive; the timer of its end must not. Only Node has this.
    ;(timer as { unref?: () => void }).unref?.()
  }
  wait()
  return () => clearTimeout(timer)
}
