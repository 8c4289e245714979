import { RequestCookies } from '@edge-runtime/cookies'

/**
 * The exports of `next/headers`, for requests with the `Cookie` header that `cookieHeader` says when it is asked: with it a
 * component, an action or a route handler that calls `getSession()` runs outside Next. Null: a visitor without cookies.
 *
 * @example
 * const visitor = vi.hoisted(() => ({ cookie: null as string | null }))
 * vi.mock('next/headers', async () => (await import('evergate/testing')).nextHeaders(() => visitor.cookie))
 */
export function nextHeaders(cookieHeader: () => string | null): {
  headers(): Promise<Headers>
  cookies(): Promise<RequestCookies>
} {
  const received = () => {
    const cookie = cookieHeader()
    return new Headers(cookie === null ? {} : { cookie })
  }
  return { headers: async () => received(), cookies: async () => new RequestCookies(received()) }
}
