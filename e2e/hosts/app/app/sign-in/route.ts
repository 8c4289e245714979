import { signIn } from 'evergate/next'

export async function POST(request: Request): Promise<Response> {
  const result = await signIn(await request.json())
  return result.ok ? Response.json(result.session) : Response.json(result.error, { status: 401 })
}
