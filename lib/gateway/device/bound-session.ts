import type { CookiePair } from '../cookies/header.ts'
import type { PresentedCookies } from '../cookies/session-cookies.ts'
import { readSessionCookies } from '../cookies/session-cookies.ts'
import type { CookieReaderSettings } from '../cookies/settings.ts'
import type { JsonObject } from '../json-object.ts'
import { createSealer } from '../token/sealed.ts'
import type { SecretSettings } from '../token/settings.ts'

/** A session that a key of its device is needed to renew, as the refresh cookie holds it: sealed. Times in seconds since the epoch. */
export type BoundSession = {
  /** As the backend knows it. It never leaves the gateway in this form. */
  readonly refreshToken: string
  /** The public key of the device (RFC 7517). */
  readonly jwk: JsonObject
  /** Names the device session, to the browser. */
  readonly did: string
  /** Names the session (`sid`). */
  readonly sid: string
  /** Seconds that the session's access tokens live. */
  readonly life: number
  /** The proof that the key was registered with, until the browser has renewed by it. The refresh token is plain until then, in its own cookie. */
  readonly registration?: string | undefined
}

/** How a refresh cookie begins that is bound. No other backend's token is taken for one: it does not open. */
const PREFIX = 'b1.'

export const isBound = (refreshCookie: string | undefined): refreshCookie is string =>
  refreshCookie?.startsWith(PREFIX) === true

/** Bytes that sealing adds at most to twice the length, with the largest key. */
const OVERHEAD = 2000

/** The session cookies of a request, whose refresh cookie may be bound: sealing makes it longer. */
export function readBoundCookies(
  pairs: readonly CookiePair[],
  settings: CookieReaderSettings,
  secure: boolean,
): PresentedCookies {
  const maxRefreshTokenBytes = settings.maxRefreshTokenBytes * 2 + OVERHEAD
  const longer = readSessionCookies(pairs, { ...settings, maxRefreshTokenBytes }, secure)
  return isBound(longer.values.refreshToken) ? longer : readSessionCookies(pairs, settings, secure)
}

/** Seals bound sessions, and opens them. @throws {GatewayError} `invalid_option` without a secret. */
export function createBoundSessions(settings: SecretSettings) {
  const sealer = createSealer(settings, 'evergate device binding')
  return {
    seal: async (session: BoundSession): Promise<string> =>
      PREFIX + (await sealer.seal('device+jwe', session)),
    /** Null for a cookie that is not bound, or that this gateway has not sealed. */
    async open(refreshCookie: string | undefined): Promise<BoundSession | null> {
      if (!isBound(refreshCookie)) return null
      const opened = await sealer.open('device+jwe', refreshCookie.slice(PREFIX.length))
      return opened as BoundSession | null
    },
  }
}

/** The refresh token that a browser has shown, as the backend knows it: that of a bound session is opened. */
export async function plainRefreshToken(
  refreshCookie: string | undefined,
  settings: SecretSettings,
): Promise<string | undefined> {
  if (!isBound(refreshCookie)) return refreshCookie
  return (await createBoundSessions(settings).open(refreshCookie))?.refreshToken
}

export type BoundSessions = ReturnType<typeof createBoundSessions>
