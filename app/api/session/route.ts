import { getSession } from 'evergate/next'

const NO_STORE = { 'Cache-Control': 'private, no-store' }

/**
 * Who is signed in, until when the access token lives, and when the session ends for good; all in seconds since the
 * epoch, by the clock that says `now`. Never the tokens.
 */
export async function GET(): Promise<Response> {
  const session = await getSession()
  if (session === null) return Response.json({ error: 'unauthenticated' }, { status: 401, headers: NO_STORE })
  const { user, expiresAt, endsAt } = session
  return Response.json({ user, expiresAt, endsAt, now: Date.now() / 1000 }, { headers: NO_STORE })
}
