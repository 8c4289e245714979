import { getSession } from 'evergate/next'

export async function GET() {
  const session = await getSession()
  return Response.json({ email: session?.user.email ?? null })
}

export const POST = GET
