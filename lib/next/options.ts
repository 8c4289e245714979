import type { GatewayOptions } from '../gateway/options.ts'

/**
 * What the middleware and the app must agree on. Given once, to `withGateway()` in `next.config.mjs`, which hands it
 * to both.
 */
export type SharedOptions = Pick<
  GatewayOptions,
  | 'maxRefreshTokenBytes'
  | 'cookieNames'
  | 'sameSite'
  | 'domain'
  | 'relayCookies'
  | 'forwardCookies'
  | 'signInPath'
  | 'clearSiteData'
>

/** The variable that `withGateway()` puts into the build. */
export const SHARED_OPTIONS_VARIABLE = 'EVERGATE_OPTIONS'
