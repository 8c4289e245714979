import { getSession } from 'evergate/next'

export async function GET() {
  const session = await getSession()
  return session
    ? Response.json({ user: session.user, expiresAt: session.expiresAt })
    : new Response(null, { status: 401 })
}
