import { GatewayError } from '../errors.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

export type OriginCheck = {
  readonly method: string
  readonly secFetchSite: string | null
  readonly origin: string | null
  /** The address the browser asked, as far as its origin. */
  readonly address: string
  /** Other origins whose pages may send what changes something. */
  readonly allowedOrigins: readonly string[]
  readonly carriesSession: boolean
}

/** True for methods that change nothing (RFC 9110 9.2.1). */
export const isSafeMethod = (method: string): boolean => SAFE_METHODS.has(method)

/**
 * Whether an unsafe request comes from the site's own pages, or from those of an allowed origin. `Sec-Fetch-Site` decides
 * where the browser sends it, else `Origin` must name scheme and host; with neither, only a request without a session cookie
 * may pass.
 */
export function isSameOrigin(check: OriginCheck): boolean {
  const { method, secFetchSite, origin, address, allowedOrigins, carriesSession } = check
  if (isSafeMethod(method) || (origin !== null && allowedOrigins.includes(origin))) return true
  if (secFetchSite !== null) return secFetchSite === 'same-origin' || secFetchSite === 'none'
  return origin === null ? !carriesSession : sameOrigin(origin, address)
}

/** Refuses what no browser would send as an `Origin`: it would never match, or match more than its author meant. */
export function checkOrigins(allowedOrigins: readonly string[]): void {
  const wrong = allowedOrigins.find((origin) => !/^https?:[^*]+$/.test(origin) || originOf(origin) !== origin)
  if (wrong !== undefined)
    throw new GatewayError(
      'invalid_option',
      `allowedOrigins: "${wrong}" is no origin; write scheme, host and port alone, such as https://www.example.com`,
    )
}

/** Whether two addresses are of one origin (RFC 6454 5); false for what is no address of a host. */
export function sameOrigin(one: string, other: string): boolean {
  const origin = originOf(one)
  return origin !== undefined && origin === originOf(other)
}

function originOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { origin, host } = new URL(address)
  return host === '' ? undefined : origin
}
