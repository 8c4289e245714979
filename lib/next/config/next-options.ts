import type { NextConfig } from 'next'

/** Beyond this, Next cuts a request's body off without an error (its own default: 10 MB), and it keeps as much in memory. */
const MAX_BODY_SIZE = '100mb'

/**
 * What the gateway needs of Next, by the names that this version has for it: 16 says proxy where 15 says middleware.
 *
 * @param interrupts whether the app has a page for `forbidden()` or `unauthorized()`, which Next calls experimental.
 */
export function gatewayOptions(version: string, interrupts: boolean): NextConfig {
  const authInterrupts = interrupts && { authInterrupts: true }
  return Number.parseInt(version, 10) >= 16
    ? {
        skipProxyUrlNormalize: true,
        experimental: { ...authInterrupts, proxyClientMaxBodySize: MAX_BODY_SIZE },
      }
    : {
        skipMiddlewareUrlNormalize: true,
        experimental: { ...authInterrupts, middlewareClientMaxBodySize: MAX_BODY_SIZE },
      }
}
