import { signOut } from 'evergate/next'

export async function POST(): Promise<Response> {
  await signOut()
  return new Response(null, { status: 204 })
}
