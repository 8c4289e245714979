import { askedOf } from '../decision/step-up.ts'
import type { PathAndQuery } from '../request/address.ts'
import type { SessionRequirement } from '../request/routes.ts'

const MAX_LENGTH = 2048
/** Any base will do for a path. */
const BASE = 'http://return-to.invalid'

/**
 * A path to go back to after sign-in: same origin, path and query only. Anything else becomes `fallback`; beyond 2048
 * characters the query is left out.
 *
 * @example safeReturnTo('/sessions?page=2') // '/sessions?page=2'
 * @example safeReturnTo('//evil.example')   // '/'
 */
export function safeReturnTo(value: unknown, fallback = '/'): string {
  if (typeof value !== 'string' || !isPlainPath(value)) return fallback
  const { pathname, search } = new URL(value, BASE)
  // `/.//evil` starts with one slash, and has two when its dots are resolved.
  if (pathname.startsWith('//')) return fallback
  return [pathname + search, pathname].find((path) => path.length <= MAX_LENGTH) ?? fallback
}

/** Browsers read a backslash as a slash and drop control characters: `/\evil`, `/<tab>/evil` would leave the site. */
function isPlainPath(value: string): boolean {
  return value.startsWith('/') && !value.startsWith('//') && !/[\\\p{Cc}\p{Z}]/u.test(value)
}

/** The path a refused request is to come back to, without what only the client-side router understands. */
export function returnToOf({ pathname, search }: PathAndQuery): string {
  // Not by `URLSearchParams`, which takes 20 ms for 15 KB of broken encoding.
  const kept = search
    .slice(1)
    .split('&')
    .filter((part) => !/^_rsc(=|$)/.test(part))
  return safeReturnTo(`${pathname}?${kept.join('&')}`)
}

/** Why a session has ended, as the sign-in page's address says it, by the backend's word for it. Device binding adds words of its own. */
export const REASONS = new Map([
  ['refresh_token_reused', 'reuse'],
  ['session_revoked', 'ended-elsewhere'],
  ['refresh_token_expired', 'expired'],
  ['signed_out', 'signed-out'],
  ['password_changed', 'password-changed'],
])

/** Whether a backend's word for the end of a session has one for the person, too. */
export const isTellable = (endedBy: string) => REASONS.has(endedBy)

/**
 * The sign-in page's address for a refused request; `endedBy` is the backend's word for why there is no session any more, `unmet` what
 * the session there is does not do.
 */
export function signInLocation(
  signInPath: string,
  url: PathAndQuery,
  endedBy?: string | null,
  unmet?: SessionRequirement,
): string {
  const asked = unmet && askedOf(unmet, (name, value) => `&${name}=${encodeURIComponent(value)}`)
  const reason = unmet ? `reauthenticate${asked}` : REASONS.get(endedBy ?? '')
  return `${signInPath}?returnTo=${encodeURIComponent(returnToOf(url))}${reason ? `&reason=${reason}` : ''}`
}
