import { signOut } from 'evergate/next'
import { below } from '../../_lib/base-path'

/** Signs out. A plain form is led to the sign-in page, everybody else is answered 204. */
export async function POST(request: Request): Promise<Response> {
  const headers = await signOut()
  const fromForm = request.headers.get('accept')?.includes('text/html') ?? false
  // Relative, because behind a proxy the request's own URL does not name the public origin.
  if (fromForm)
    return new Response(null, { status: 303, headers: { ...headers, Location: below('/login?signedOut=1') } })
  return new Response(null, { status: 204, headers })
}
