import { sessionForBrowser } from 'evergate/next'

const NO_STORE = { 'Cache-Control': 'private, no-store' }

/**
 * The signed-in user, the end of the access token, and the end of the session; all in seconds since the
 * epoch, by the clock that says `now`. Never the tokens.
 */
export async function GET(): Promise<Response> {
  const session = await sessionForBrowser()
  if (session) return Response.json(session, { headers: NO_STORE })
  return session === null
    ? Response.json({ error: 'unauthenticated' }, { status: 401, headers: NO_STORE })
    : Response.json(
        { error: 'temporarily_unavailable' },
        { status: 503, headers: { ...NO_STORE, 'Retry-After': '5' } },
      )
}
