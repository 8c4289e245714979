const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

export type OriginCheck = {
  readonly method: string
  readonly secFetchSite: string | null
  readonly origin: string | null
  /** The host the browser addressed, with its port. */
  readonly host: string | null
  readonly carriesSession: boolean
}

/** True for methods that change nothing (RFC 9110 9.2.1). */
export const isSafeMethod = (method: string): boolean => SAFE_METHODS.has(method)

/**
 * Whether an unsafe request comes from the site's own pages. `Sec-Fetch-Site` decides where the browser sends it,
 * else `Origin` must name the host; with neither, only a request without a session cookie may pass.
 */
export function isSameOrigin(check: OriginCheck): boolean {
  if (isSafeMethod(check.method)) return true
  if (check.secFetchSite !== null)
    return check.secFetchSite === 'same-origin' || check.secFetchSite === 'none'
  if (check.origin !== null) return !!check.host && hostOf(check.origin) === check.host.toLowerCase()
  return !check.carriesSession
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
