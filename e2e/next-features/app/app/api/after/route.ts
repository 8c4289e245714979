import { getSession } from 'evergate/next'
import { after } from 'next/server'

export async function GET() {
  const session = await getSession()
  after(() => console.log(`after the answer to ${session?.user.email}`))
  return Response.json({ email: session?.user.email ?? null })
}
