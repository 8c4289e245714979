import type { RequestFacts } from '../gateway/request/facts.ts'

/** The text of a structured string (RFC 9651 3.3.3), or of a header that is written without its quotes. */
export const textIn = ({ headers }: Pick<RequestFacts, 'headers'>, name: string): string | undefined =>
  headers.get(name)?.replace(/^"(.*)"$/, '$1')

/** The reason in `Secure-Session-Skipped`, a token (RFC 9651 3.3.4) with parameters behind it. */
export const skippedReason = (header: string): string => header.replace(/[^\w-].*/, '')

/** `Secure-Session-Registration`: asks a browser that has such keys to make one. */
export const registrationHeader = (path: string, challenge: string): string =>
  `(ES256 RS256);path="${path}";challenge="${challenge}"`

/** `Secure-Session-Challenge`, for a device session. */
export const challengeHeader = (challenge: string, did: string): string => `"${challenge}";id="${did}"`
