/** Why a refresh token is refused for good. */
export type RefusalReason =
  /** Its MAC is not one of this server's secrets, or it is no refresh token at all. */
  | 'not-ours'
  /** The request carries two that differ. */
  | 'ambiguous'
  /** The store has no such session: it ended long ago, or the store lost it. */
  | 'unknown'
  /** Not renewed for `REFRESH_TOKEN_TTL`. */
  | 'idle-limit'
  /** Older than `SESSION_MAX_AGE`. */
  | 'absolute-limit'
  /** The session was ended before its time; `ended` says why. */
  | 'revoked'
  /** It had been used before; this presentation ended the session. */
  | 'reused'
