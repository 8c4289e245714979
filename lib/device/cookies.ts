import type { CookieChange } from '../gateway/cookies/session-cookies.ts'
import type { CookieAttributes } from '../gateway/cookies/set-cookie.ts'
import { formatSetCookie } from '../gateway/cookies/set-cookie.ts'
import { BOUNCED, PENDING_KEY, TIMER } from '../gateway/device/timer-cookies.ts'
import type { RequestFacts } from '../gateway/request/facts.ts'

/**
 * A name for `forwardCookies`: the backend is told the device's proof, as a cookie of this name, when the gateway binds or renews a session.
 * The auth server binds sessions by it.
 */
export const DEVICE_PROOF = '__Host-device-proof'

/** Seconds in which a browser that was sent back to a page is known again. */
const BOUNCE_LIFE = 10

/** A cookie that says nothing; without a life it is cleared. */
const flag = (name: string, maxAge = 0): CookieChange => ({ name, value: maxAge ? '1' : '', maxAge })

/** The credential that the browser watches: it renews the session before requests when this cookie has ended. */
export const timer = (accessLife: number, renewBefore: number): CookieChange =>
  flag(TIMER, Math.ceil(accessLife - Math.min(renewBefore, accessLife / 2)))

/** Without it, the browser renews before the next request. */
export const clearTimer = flag(TIMER)

/** The key that the browser has not renewed by yet; sealed. */
export const pendingKeyIn = ({ pairs }: Pick<RequestFacts, 'pairs'>): string | undefined =>
  pairs.find(({ name }) => name === PENDING_KEY)?.value

export const bounceMark = flag(BOUNCED, BOUNCE_LIFE)

/** Whether the browser was sent back to this page a moment ago. */
export const isMarked = ({ pairs }: Pick<RequestFacts, 'pairs'>): boolean =>
  pairs.some(({ name }) => name === BOUNCED)

/** The Set-Cookie headers, one each. They leave over https alone. */
export const written = (
  changes: readonly CookieChange[],
  settings: Omit<CookieAttributes, 'secure'>,
): string[] => changes.map((change) => formatSetCookie(change, { ...settings, secure: true }))
