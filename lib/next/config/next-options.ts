import type { NextConfig } from 'next'
import { DEFAULT_BODY_SIZE } from '../../gateway/request/size.ts'
import type { SharedOptions } from '../options.ts'

/**
 * The settings of Next that the gateway needs, by the names of this version: 16 says proxy where 15 says middleware. Next has
 * one limit for the bodies of all paths, beyond which it cuts them off without an error, so that has to be the largest.
 *
 * @param interrupts whether the app has a page for `forbidden()` or `unauthorized()`, which Next calls experimental.
 */
export function gatewayOptions(
  version: string,
  interrupts: boolean,
  { maxBodySizes = {} }: SharedOptions = {},
): NextConfig {
  const size = Math.max(DEFAULT_BODY_SIZE, ...Object.values(maxBodySizes))
  // Only then: Next 15.1 warns of the option, which it does not know.
  const isLarge = size > DEFAULT_BODY_SIZE
  const authInterrupts = interrupts && { authInterrupts: true }
  return Number.parseInt(version, 10) >= 16
    ? {
        skipProxyUrlNormalize: true,
        experimental: { ...authInterrupts, ...(isLarge && { proxyClientMaxBodySize: size }) },
      }
    : {
        skipMiddlewareUrlNormalize: true,
        experimental: { ...authInterrupts, ...(isLarge && { middlewareClientMaxBodySize: size }) },
      }
}
