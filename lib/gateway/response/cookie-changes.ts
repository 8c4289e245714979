import type { CookieChange, PresentedCookies } from '../cookies/session-cookies.ts'
import { clearCookie, cookieName, setCookie } from '../cookies/session-cookies.ts'
import type { CookieSettings } from '../cookies/settings.ts'
import type { VerifiedTokens } from '../renewal/renewal.ts'
import type { SignedMark } from '../token/signed-out.ts'

/** The settings that a new session's cookies need. */
export type IssueSettings = CookieSettings & {
  /** Seconds that the refresh cookie lives when the backend does not tell it. */
  readonly refreshTokenMaxAge: number
}

/** The cookies of a new or renewed session. `now` in seconds. */
export function issueSession(
  tokens: VerifiedTokens,
  settings: IssueSettings,
  secure: boolean,
  presented: PresentedCookies,
  now: number,
): CookieChange[] {
  const { claims, issued, userData } = tokens
  const name = (role: 'accessToken' | 'refreshToken' | 'userData') => cookieName(role, settings, secure)
  const accessLife = claims.expiresAt - now
  const refreshLife = issued.refreshTokenMaxAge ?? settings.refreshTokenMaxAge
  return [
    ...setCookie(name('accessToken'), issued.accessToken, accessLife, presented.names),
    ...(issued.refreshToken === null
      ? []
      : setCookie(name('refreshToken'), issued.refreshToken, refreshLife, presented.names)),
    ...(userData === null
      ? clearCookie(name('userData'), presented.names)
      : setCookie(name('userData'), userData, accessLife, presented.names)),
  ]
}

/** The cookie that tells later requests of a session that is no more. */
export function issueMark(
  mark: SignedMark,
  settings: CookieSettings,
  secure: boolean,
  presented: PresentedCookies,
): CookieChange[] {
  return setCookie(cookieName('signedOut', settings, secure), mark.value, mark.maxAge, presented.names)
}

/** Clears whatever of a session the browser presented; the signed-out mark stays. */
export function clearSession(
  settings: CookieSettings,
  secure: boolean,
  presented: PresentedCookies,
): CookieChange[] {
  return (['accessToken', 'refreshToken', 'userData'] as const).flatMap((role) =>
    clearCookie(cookieName(role, settings, secure), presented.names),
  )
}
