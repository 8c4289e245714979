import type { NextConfig } from 'next'

/** Beyond this, Next cuts a request's body off without an error (its own default: 10 MB), and it keeps as much in memory. */
const MAX_BODY_SIZE = '100mb'

/** What the gateway needs of Next, by the names that this version has for it: 16 says proxy where 15 says middleware. */
export function gatewayOptions(version: string): NextConfig {
  return Number.parseInt(version, 10) >= 16
    ? {
        skipProxyUrlNormalize: true,
        experimental: { authInterrupts: true, proxyClientMaxBodySize: MAX_BODY_SIZE },
      }
    : {
        skipMiddlewareUrlNormalize: true,
        experimental: { authInterrupts: true, middlewareClientMaxBodySize: MAX_BODY_SIZE },
      }
}
