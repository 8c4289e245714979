import type { CookieReaderSettings } from '../cookies/settings.ts'

/** The settings that tell whether a browser came over https. */
export type SchemeSettings = {
  readonly cookieSecure: 'auto' | boolean
  /** Whether `x-forwarded-proto` and `x-forwarded-host` are believed. */
  readonly trustProxy: boolean
}

/** The settings that reading a request needs. */
export type RequestSettings = CookieReaderSettings &
  SchemeSettings & {
    readonly basePath: string
    /** Path of the image optimizer, below `basePath`. */
    readonly imagePath: string
    readonly allowedOrigins: readonly string[]
  }

/** The settings that say how the backend sees a browser. */
export type VisitorSettings = {
  /** How many proxies before the gateway add to `x-forwarded-for`. */
  readonly proxies: number
}

/** The settings that say which parts of a request the backend is sent. */
export type ForwardSettings = VisitorSettings & { readonly forwardCookies: readonly string[] }
