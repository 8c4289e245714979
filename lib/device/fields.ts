/** The text of a structured string (RFC 9651 3.3.3), or of a header that is written without its quotes. */
export const textOf = (header: string | undefined): string | undefined =>
  header?.replace(/^"(.*)"$/, '$1') || undefined

/** The reason in `Secure-Session-Skipped`, a token (RFC 9651 3.3.4) with parameters behind it. */
export const skippedReason = (header: string): string => /[\w-]*/.exec(header)?.[0] ?? ''

/** `Secure-Session-Registration`: asks a browser that has such keys to make one. */
export const registrationHeader = (path: string, challenge: string): string =>
  `(ES256 RS256);path="${path}";challenge="${challenge}"`

/** `Secure-Session-Challenge`, for a device session. */
export const challengeHeader = (challenge: string, did: string): string => `"${challenge}";id="${did}"`
