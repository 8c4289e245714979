import type { SentHeaders } from '../platform.ts'

/**
 * Whether a browser asks beforehand if another origin's page may send a request (Fetch Standard, CORS-preflight request). It
 * carries no session, so the app answers it without one.
 */
export const isPreflight = (method: string, headers: SentHeaders): boolean =>
  method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method')
