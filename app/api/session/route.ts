import { getSession } from 'evergate/next'

const NO_STORE = { 'Cache-Control': 'private, no-store' }

/** Who is signed in, and until when the access token lives (seconds since the epoch). Never the tokens. */
export async function GET(): Promise<Response> {
  const session = await getSession()
  if (session === null) return Response.json({ error: 'unauthenticated' }, { status: 401, headers: NO_STORE })
  return Response.json({ user: session.user, expiresAt: session.expiresAt }, { headers: NO_STORE })
}
