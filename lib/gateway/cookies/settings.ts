/** Names of the cookies in the browser, without the `__Host-` that they have on https. */
export type CookieNames = {
  readonly accessToken: string
  readonly refreshToken: string
  readonly userData: string
  readonly signedOut: string
}

/** The settings that the name of a cookie depends on. `domain` undefined: of this host alone. */
export type CookieSettings = {
  readonly cookieNames: CookieNames
  readonly domain: string | undefined
}

/** The settings that reading a request's session cookies needs. */
export type CookieReaderSettings = CookieSettings & {
  /** Bytes that a refresh token may have; a longer one is a broken cookie. */
  readonly maxRefreshTokenBytes: number
}
