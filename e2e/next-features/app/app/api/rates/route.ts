import { getSession } from 'evergate/next'

const shared = {
  'access-control-allow-origin': 'https://shop.example',
  'access-control-allow-credentials': 'true',
}

/** Another site of the same company asks with the session's cookies: its preflights are the app's to answer. */
export function OPTIONS() {
  return new Response(null, {
    status: 204,
    headers: { ...shared, 'access-control-allow-methods': 'GET, POST' },
  })
}

export async function POST() {
  const session = await getSession()
  return Response.json({ email: session?.user.email ?? null }, { headers: shared })
}
