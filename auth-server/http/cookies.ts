/** What the request's `Cookie` header says about the refresh token. */
export type PresentedToken =
  | { readonly kind: 'absent' }
  | { readonly kind: 'one'; readonly token: string }
  /** The same name twice, or two names that disagree: one of them may be foreign, so none is used. */
  | { readonly kind: 'ambiguous' }

const REFRESH_NAMES = ['refreshToken', '__Host-refreshToken']

/** Finds the refresh token in a `Cookie` header (RFC 6265, 4.2.1). A value may contain `=`. */
export function presentedRefreshToken(header: string | undefined): PresentedToken {
  const seen = new Map<string, string>()
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, Math.max(equals, 0)).trim()
    if (!REFRESH_NAMES.includes(name)) continue
    if (seen.has(name)) return { kind: 'ambiguous' }
    seen.set(name, pair.slice(equals + 1).trim())
  }
  const values = new Set([...seen.values()].filter((value) => value !== ''))
  if (values.size > 1) return { kind: 'ambiguous' }
  const [token] = values
  return token === undefined ? { kind: 'absent' } : { kind: 'one', token }
}

/**
 * One `Set-Cookie` header value. Both tokens consist of characters that a cookie may hold as they are.
 *
 * @param maxAge - seconds; 0 clears the cookie
 */
export function sessionCookie(
  name: 'accessToken' | 'refreshToken',
  value: string,
  maxAge: number,
  secure: boolean,
): string {
  return `${name}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}
