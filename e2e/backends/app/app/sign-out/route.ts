import { signOut } from 'evergate/next'

export async function POST() {
  return new Response(null, { status: 204, headers: await signOut() })
}
