import { isCookieValue } from '../gateway/cookies/header.ts'
import type { CookieChange } from '../gateway/cookies/session-cookies.ts'
import { parseSetCookie } from '../gateway/cookies/set-cookie.ts'
import type { CurrentRequest } from './current-request.ts'

/*
 * The auth server marks a browser that has signed in (`knownDevice`): others' wrong passwords then lock nobody out of it. The mark is
 * the auth server's, the cookie in the browser is the gateway's, with the attributes of its other ones. It outlives the session, goes
 * to the backend with a sign-in alone, and signs nobody in.
 */
const NAME = 'knownDevice'

const nameIn = ({ settings, secure }: CurrentRequest) =>
  secure && settings.domain === undefined ? `__Host-${NAME}` : NAME

/** The mark that the browser has shown, as the backend knows it in a Cookie header; empty without one, or with two. */
export function presentedMark(request: CurrentRequest): string {
  const marks = request.pairs.filter(({ name, value }) => name === nameIn(request) && isCookieValue(value))
  const [mark] = marks
  return mark && marks.length === 1 ? `${NAME}=${mark.value}` : ''
}

/** The cookie that keeps the mark of the backend's answer, if it has one. */
export function keepMark(setCookies: readonly string[], request: CurrentRequest): CookieChange[] {
  const now = request.settings.clock() / 1000
  return setCookies.flatMap((header) => {
    const cookie = parseSetCookie(header, now)
    return cookie?.name === NAME && cookie.maxAge && isCookieValue(cookie.value)
      ? [{ name: nameIn(request), value: cookie.value, maxAge: cookie.maxAge }]
      : []
  })
}
