import type { CookiePair } from '../cookies/header.ts'
import type { CookieChange } from '../cookies/session-cookies.ts'

/** The cookie that a browser with a device session watches; its end makes the browser renew. */
export const TIMER = '__Host-device'
/** Tells a browser that was sent back to a page from one that comes for the first time. */
export const BOUNCED = '__Host-bounced'
/** Holds a key until the browser has renewed by it; sealed. */
export const PENDING_KEY = `${TIMER}-key`

/** Clears those of them that a browser has presented. */
export const clearTimers = (pairs: readonly CookiePair[]): CookieChange[] =>
  [TIMER, BOUNCED, PENDING_KEY]
    .filter((name) => pairs.some((pair) => pair.name === name))
    .map((name) => ({ name, value: '', maxAge: 0 }))
