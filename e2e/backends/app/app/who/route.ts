import { backendFetch, getSession } from 'evergate/next'

/** Tells who is signed in, and what the API answers that person at `?path=`. */
export async function GET(request: Request) {
  const session = await getSession()
  const response = await backendFetch(new URL(request.url).searchParams.get('path') ?? '/')
  return Response.json({
    id: session?.user.id,
    roles: session?.roles,
    sid: session?.sid,
    api: response.status,
  })
}
