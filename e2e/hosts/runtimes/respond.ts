import type { Visit } from 'evergate/web'
import { told } from '../../frameworks/told.ts'

/** The app: what requests are answered that may pass. */
export async function respond(visit: Visit): Promise<Response> {
  const { request, session } = visit
  const { pathname } = new URL(request.url)
  switch (`${request.method} ${pathname}`) {
    case 'GET /':
      return new Response(`Hello ${session?.user.name ?? 'stranger'}`)
    case 'GET /dashboard':
      return Response.json(told(visit, request.headers.get('cookie')))
    case 'POST /sign-in': {
      const result = await visit.signIn(await request.json())
      return result.ok ? Response.json(result.session) : Response.json(result.error, { status: 401 })
    }
    case 'POST /sign-out':
      await visit.signOut()
      return new Response(null, { status: 204 })
    case 'POST /notes':
      return new Response(request.body)
    case 'GET /moved':
      return Response.redirect('http://localhost/elsewhere', 302)
    case 'GET /login':
    case 'GET /admin':
      return new Response(pathname)
    case 'GET /stream':
      return new Response(twoWords())
  }
  return new Response('Not found', { status: 404 })
}

/** The second word comes half a second after the first. */
function twoWords(): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async start(controller) {
      controller.enqueue(encoder.encode('first '))
      await new Promise((resolve) => setTimeout(resolve, 500))
      controller.enqueue(encoder.encode('second'))
      controller.close()
    },
  })
}
