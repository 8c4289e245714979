import { signIn } from 'evergate/next'

export async function POST(request: Request) {
  const result = await signIn(await request.json())
  return Response.json(result.ok ? { id: result.session.user.id } : { code: result.error.code }, {
    status: result.ok ? 200 : 401,
  })
}
