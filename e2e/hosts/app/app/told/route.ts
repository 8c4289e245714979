import { getSession } from 'evergate/next'
import { cookies, headers } from 'next/headers'

/** What a handler is shown: the session, the request's own access token by its end, and the names of headers that hold a session cookie. */
export async function GET(): Promise<Response> {
  const session = await getSession()
  const token = (await cookies()).get('accessToken')?.value ?? ''
  const leaking = [...(await headers())].filter(
    ([name, value]) => name !== 'cookie' && value.includes('refreshToken='),
  )
  return Response.json({
    name: session?.user.name,
    sid: session?.sid,
    token: token.slice(-12),
    leaking: leaking.map(([name]) => name),
  })
}
