import type { Visit } from 'evergate/web'

/** An app's answer to the tests: the session that its handler has, and whether the request's own cookies are of it. */
export function told({ session, outcome }: Visit, cookies: string | null): object | null {
  if (!session) return null
  const { user, sid } = session
  return { user, sid, outcome, inCookies: (cookies ?? '').includes(`accessToken=${session.accessToken}`) }
}
