import type { GatewayOptions } from '../gateway/options.ts'

/**
 * What the middleware and the app must agree on. Given once, to `withGateway()` in `next.config.mjs`, which hands it
 * to both.
 */
export type SharedOptions = Pick<
  GatewayOptions,
  'cookieNames' | 'sameSite' | 'domain' | 'relayCookies' | 'forwardCookies' | 'locales' | 'clearSiteData'
> & {
  /**
   * Below `basePath`. Default `/login`. `:locale` in it is the visitor's language, one of `locales`. A function goes to
   * `createGateway()`: this one is written into the build as JSON.
   */
  readonly signInPath?: string
}

/** The variable that `withGateway()` puts into the build. */
export const SHARED_OPTIONS_VARIABLE = 'EVERGATE_OPTIONS'
