// app/api/account/route.ts
import { getSession, stepUpChallenge } from 'evergate/next'

export async function DELETE() {
  const session = await getSession()
  if (!session) return Response.json({ error: 'unauthenticated' }, { status: 401 })
  const refused = stepUpChallenge(session, { authenticatedWithin: 300 })
  if (refused) return refused
  return new Response(null, { status: 204 })
}
