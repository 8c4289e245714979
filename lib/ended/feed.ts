/** An end: of one session, or of all sessions of a user that began before `endedAt`. */
export type EndedEntry = ({ readonly sid: string } | { readonly sub: string }) & {
  /** Milliseconds since the epoch. */
  readonly endedAt: number
  /** One word, for events. The sign-in page has sentences for `reuse`, `signed-out` and `password-changed`. */
  readonly reason: string
  /**
   * The sessions live, and access tokens from before `endedAt` count no more: each is renewed before it is used again. For roles that
   * have changed. Default false.
   */
  readonly renew?: boolean
}

/** The answer of a feed. Other members are ignored. */
export type EndedAnswer = {
  readonly entries: readonly EndedEntry[]
  /** Names this answer, so that the next one goes on from it. */
  readonly cursor: string
  /** Seconds after `endedAt` in which an entry counts: the life of an access token, and a minute. Default 86400. */
  readonly life?: number | undefined
}

/** How a feed is asked. */
export type EndedQuestion = {
  /** Seconds in which it may wait for something to end; 0: it answers at once. */
  readonly wait: number
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/**
 * A feed of ended sessions: answers what has ended after `cursor`, or everything that still counts when `cursor` is null or unknown to it.
 * Nothing may be left out between an answer and the next; something may come twice.
 */
export type Ended = (cursor: string | null, question: EndedQuestion) => Promise<EndedAnswer>

/** A feed that cannot be used. `code` is stable. */
export class FeedError extends Error {
  override readonly name = 'FeedError'
  readonly code: string

  constructor(code: string) {
    super(`the feed of ended sessions: ${code}`)
    this.code = code
  }
}
