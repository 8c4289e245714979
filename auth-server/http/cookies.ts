/** Reads one cookie of the request's `Cookie` header. */
export type PresentedToken =
  | { readonly kind: 'absent' }
  | { readonly kind: 'one'; readonly token: string }
  /** The same name twice, or two names that disagree: one of them may be foreign, so none is used. */
  | { readonly kind: 'ambiguous' }

/** Finds the refresh token in a `Cookie` header. */
export function presentedRefreshToken(header: string | undefined): PresentedToken {
  return presentedCookie(header, 'refreshToken')
}

/** Finds a cookie under its name or the prefixed one (RFC 6265, 4.2.1). A value may contain `=`. */
export function presentedCookie(header: string | undefined, cookie: string): PresentedToken {
  const names = [cookie, `__Host-${cookie}`]
  const seen = new Map<string, string>()
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, Math.max(equals, 0)).trim()
    if (!names.includes(name)) continue
    if (seen.has(name)) return { kind: 'ambiguous' }
    seen.set(name, pair.slice(equals + 1).trim())
  }
  const values = new Set([...seen.values()].filter((value) => value !== ''))
  if (values.size > 1) return { kind: 'ambiguous' }
  const [token] = values
  return token === undefined ? { kind: 'absent' } : { kind: 'one', token }
}

/**
 * One `Set-Cookie` header value. All of them consist of characters that a cookie may hold as they are.
 *
 * @param maxAge - seconds; 0 clears the cookie
 */
export function sessionCookie(
  name: 'accessToken' | 'refreshToken' | 'knownDevice',
  value: string,
  maxAge: number,
  secure: boolean,
): string {
  return `${name}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}
