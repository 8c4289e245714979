/** What the gateway reports to `onEvent`. */
export type GatewayEvent =
  | { readonly type: 'access-token.invalid'; readonly reason: string }
  | { readonly type: 'session.ended'; readonly reason: string; readonly sid: string | null }
  | { readonly type: 'backend.unavailable'; readonly reason: string }
  /** No renewal calls the backend for so many milliseconds; then one does, to see whether it is back. */
  | { readonly type: 'breaker.opened'; readonly pause: number }
  | { readonly type: 'breaker.closed' }
  /** By a token it has just issued, the backend's clock is so many seconds behind the gateway's (negative: ahead). */
  | { readonly type: 'clock.skewed'; readonly seconds: number }
  /** With it the session's cookies would have so many bytes, more than servers accept; the session goes on without. */
  | { readonly type: 'user-data.left-out'; readonly bytes: number }
  | { readonly type: 'origin.refused'; readonly method: string; readonly path: string }
