import { tokenPart } from './token-part.ts'

/**
 * When the session ends for good, in seconds since the epoch; null when the backend does not say. Some backends tell it
 * in a claim of the access token (`session_expiry`, OpenID Connect Enterprise Extensions). Not read at the edge, which
 * has no use for it.
 *
 * @param accessToken one that has been verified.
 */
export function sessionEndOf(accessToken: string): number | null {
  const end = tokenPart(accessToken, 1)?.session_expiry
  return typeof end === 'number' && Number.isFinite(end) ? end : null
}
