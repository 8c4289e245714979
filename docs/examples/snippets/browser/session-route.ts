import { sessionForBrowser } from 'evergate/next'

export async function GET() {
  const session = await sessionForBrowser()
  const headers = { 'Cache-Control': 'private, no-store' }
  if (session) return Response.json(session, { headers })
  // Only a 401 says that nobody is signed in; `undefined` says that it cannot be told right now.
  return new Response(null, { status: session === null ? 401 : 503, headers })
}
